import { parseBuildahIgnoreFile } from './buildah-ignore-rules';

describe('parseBuildahIgnoreFile', () => {
  // Each seen with podman 4.3.1; integration/build-context.int.spec.ts compares whole trees.
  test('an exception with a leading slash matches, but leads into no folder that is ignored', () => {
    expect(parseBuildahIgnoreFile('*\n!/a.go')?.isIgnored('a.go')).toBe(false);
    expect(parseBuildahIgnoreFile('c\n!/c/k')?.entersIgnoredFolder('c')).toBe(false);
    expect(parseBuildahIgnoreFile('c\n!c/k')?.entersIgnoredFolder('c')).toBe(true);
  });

  test('a folder that is ignored is entered only where an exception begins with its path', () => {
    expect(parseBuildahIgnoreFile('**\n!**/*.go')?.entersIgnoredFolder('src')).toBe(false);
    expect(parseBuildahIgnoreFile('src\n!src/deep')?.entersIgnoredFolder('src')).toBe(true);
  });

  test('what lies below a match is ignored, at any depth', () => {
    const rules = parseBuildahIgnoreFile('**/node_modules\n!a/b/node_modules/keep');
    expect(rules?.isIgnored('a/node_modules/other')).toBe(true);
    expect(rules?.isIgnored('a/b/node_modules/other')).toBe(true);
    expect(rules?.isIgnored('a/b/node_modules/keep')).toBe(false);
  });

  test('characters of regular expressions keep their meaning', () => {
    expect(parseBuildahIgnoreFile('a+')?.isIgnored('aaa')).toBe(true);
  });

  test.each(['[', 'b\\', 'c++', '!'])('is undefined for %j, which podman refuses', (text) => {
    expect(parseBuildahIgnoreFile(text)).toBeUndefined();
  });
});
