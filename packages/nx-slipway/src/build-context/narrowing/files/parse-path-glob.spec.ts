import { MAX_ALTERNATIVES } from './expand-braces';
import { parsePathGlob, type PathGlob } from './parse-path-glob';

function parse(glob: string): PathGlob {
  const parsed = parsePathGlob(glob);
  if ('reason' in parsed) throw new Error(parsed.reason);
  return parsed;
}

describe('parsePathGlob', () => {
  it.each<[glob: string, matching: string[], others: string[]]>([
    ['config', ['config', 'config/a.json', 'config/deep/b'], ['configs', 'x/config']],
    ['./config/', ['config/a'], ['config2/a']],
    ['.', ['a', 'a/b'], []],
    ['*.json', ['a.json', '.a.json'], ['x/a.json', 'a.jsonc', 'A.JSON']],
    ['src/*', ['src/a', 'src/.b'], ['src/a/b', 'src']],
    ['src/**', ['src/a', 'src/a/b', 'src/.x/y'], ['src', 'srcs/a']],
    ['src/**/*.ts', ['src/a.ts', 'src/b/c/a.ts'], ['src/a.js', 'a.ts']],
    ['**/x', ['x', 'a/x', 'a/b/x'], ['ax', 'x/a']],
    ['a/**/**/z', ['a/z', 'a/b/c/z'], ['az']],
    ['a?c', ['abc', 'a😀c'], ['ac', 'a/c', 'abbc']],
    ['[a-c]1', ['a1', 'c1'], ['d1', '/1']],
    ['[!a-c]1', ['d1'], ['a1', '/1']],
    ['[]^-]1', [']1', '^1', '-1'], ['a1']],
    ['a/{b,c/d}.ts', ['a/b.ts', 'a/c/d.ts'], ['a/b', 'a/c.ts']],
    ['{a,{b,c}x}', ['a', 'bx', 'cx'], ['b', 'ax']],
    ['a{,.b}', ['a', 'a.b'], ['a.']],
    ['{a}', ['a'], ['{a}']],
    ['a\\*b', ['a*b'], ['axb']],
    ['\\{a,b}', ['{a,b}'], ['a']],
    ['[{]a}', ['{a}'], ['a']],
    ['app/(shop)/page.tsx', ['app/(shop)/page.tsx'], ['app/shop/page.tsx']],
    ['a+b.@x$^|', ['a+b.@x$^|'], ['aab.@x']],
    ['a**b', ['ab', 'axxb'], ['a/b']],
  ])('%s', (glob, matching, others) => {
    const { matches } = parse(glob);
    expect([...matching, ...others].filter((path) => matches(path))).toEqual(matching);
  });

  it.each<[glob: string, nxGlobs: string[]]>([
    ['config', ['config', 'config/**/*']],
    ['src/**', ['src/**/*']],
    ['src/*.ts', ['src/*.ts']],
    ['src/[ab]?.ts', ['src/*']],
    ['{a,b}/*.{ts,tsx}', ['a/*.ts', 'a/*.tsx', 'b/*.ts', 'b/*.tsx']],
    // In Nx 23 a name that begins with "@" loses it, and parentheses are a group.
    ['@scope/(shop)/x.ts', ['*/*/x.ts', '*/*/x.ts/**/*']],
    ['a**b/c', ['**/*']],
  ])('%s as globs of Nx', (glob, nxGlobs) => {
    expect(parse(glob).nxGlobs).toEqual(nxGlobs);
  });

  it.each([
    ['a/b/*.ts', 'a/b'],
    ['a/{b,c}/d', 'a'],
    ['a/b', 'a/b'],
    ['**/a', ''],
  ])('%s lies below %s', (glob, folder) => {
    expect(parse(glob).folder).toBe(folder);
  });

  it.each([
    ['!a', 'never takes files away'],
    ['@(a|b)', 'extended patterns such as "@(…)"'],
    ['../a', 'leaves the build context'],
    ['a/[bc', '"[" is not closed'],
    ['[z-a]', '"[z-a]" is not a valid range'],
    ['{a,b', '"{" is not closed'],
    ['a\\', 'ends with a backslash'],
    [`{1,2,3,4}{1,2,3,4}{1,2,3,4}`, `more than ${MAX_ALTERNATIVES} patterns`],
  ])('refuses %s', (glob, reason) => {
    expect(parsePathGlob(glob)).toEqual({ reason: expect.stringContaining(reason) });
  });
});
