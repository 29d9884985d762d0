import type { NpmLock } from '../npm/npm-lock';
import { RECORDED_LOCK } from '../npm/testing/recorded-lock';
import { treeOf } from '../testing/tree-in-memory';
import { selectNxDependencies, type NxDependencyRequest } from './select-nx-dependencies';

const FILES = {
  'package.json': '',
  'package-lock.json': RECORDED_LOCK,
  'tsconfig.base.json': '',
  'jest.config.js': '',
  'README.md': '',
  'patches/ms+2.1.2.patch': '',
  'apps/web/package.json': '',
  'apps/web/src/main.ts': '',
  'apps/web/e2e/project.json': '',
  'apps/web/e2e/main.spec.ts': '',
  'apps/other/package.json': '',
  'packages/ui/package.json': '',
  'packages/ui/index.ts': '',
  'packages/theme/index.css': '',
};

const PROJECTS = {
  web: { root: 'apps/web', dependencies: ['ui'] },
  'web-e2e': { root: 'apps/web/e2e', dependencies: ['web'] },
  other: { root: 'apps/other', dependencies: [] },
  ui: { root: 'packages/ui', dependencies: ['theme'] },
  theme: { root: 'packages/theme', dependencies: ['ui'] },
};

function select(changes: Partial<NxDependencyRequest> = {}, files: Readonly<Record<string, string>> = FILES) {
  return selectNxDependencies({
    project: { name: 'web', root: 'apps/web' },
    projects: new Map(Object.entries(PROJECTS)),
    tree: treeOf(files),
    contextRoot: '',
    ...changes,
  });
}

describe('selectNxDependencies', () => {
  it('lets through the project, what it depends on, and root files, each with what led to it', () => {
    const { files, globs, widened } = select();
    expect(Object.fromEntries(files)).toEqual({
      'package.json': ['package.json of the workspace'],
      'tsconfig.base.json': ['tsconfig.base.json of the workspace'],
      'patches/ms+2.1.2.patch': ['patches/ms+2.1.2.patch of the workspace'],
      'apps/web/package.json': ['web'],
      'apps/web/src/main.ts': ['web'],
      'packages/ui/package.json': ['web', 'ui'],
      'packages/ui/index.ts': ['web', 'ui'],
      'packages/theme/index.css': ['web', 'ui', 'theme'],
    });
    expect(globs).toEqual(
      expect.arrayContaining(['apps/web/**/*', '!apps/web/e2e/**/*', 'packages/ui/**/*', 'packages/theme/**/*']),
    );
    expect(widened).toEqual([]);
  });

  it('gives the lock file pruned, and as nothing else', () => {
    const { files, replaced, globs } = select();
    const lock = JSON.parse(replaced.get('package-lock.json') ?? '') as NpmLock;
    expect(Object.keys(lock.packages)).toContain('packages/ui');
    expect(Object.keys(lock.packages)).not.toContain('apps/other');
    expect(files.has('package-lock.json')).toBe(false);
    expect(globs).not.toContain('package-lock.json');
  });

  it('follows links of the lock file to projects, and their dependencies, where the graph has no edge', () => {
    const web = { root: 'apps/web', dependencies: [] };
    const { files } = select({ projects: new Map(Object.entries({ ...PROJECTS, web })) });
    expect(files.get('packages/theme/index.css')).toEqual(['web', 'ui', 'theme']);
  });

  it('takes a linked folder that is no project', () => {
    const { files, globs } = select({ projects: new Map([['other', PROJECTS.other]]) });
    expect(files.get('packages/ui/index.ts')).toEqual(['a link in package-lock.json']);
    expect(files.has('packages/theme/index.css')).toBe(false);
    expect(globs).toContain('packages/ui/**/*');
  });

  it.each([
    ['yarn.lock', { 'yarn.lock': '' }, ['package-lock.json', 'yarn.lock']],
    ['pnpm-lock.yaml', { 'pnpm-lock.yaml': '', 'package-lock.json': undefined }, ['pnpm-lock.yaml']],
    ['an old package-lock.json', { 'package-lock.json': '{"lockfileVersion":1}' }, ['package-lock.json']],
  ])('takes %s as a whole, and says so', (_, changes, expected) => {
    const entries = Object.entries({ ...FILES, ...changes }).filter(([, text]) => text !== undefined);
    const { files, replaced, globs, widened } = select({}, Object.fromEntries(entries) as Record<string, string>);
    expect([...files.keys()].filter((path) => expected.includes(path))).toEqual(expected);
    expect(globs).toEqual(expect.arrayContaining(expected));
    expect(replaced.size).toBe(0);
    expect(widened.map((sentence) => sentence.split(' is in as a whole: ')[0])).toEqual(expected);
  });

  it('of a project at the root takes all that belongs to no other project', () => {
    const { files } = select({ project: { name: 'root', root: '.' } });
    expect([...files.keys()].sort()).toEqual([
      'README.md',
      'jest.config.js',
      'package.json',
      'patches/ms+2.1.2.patch',
      'tsconfig.base.json',
    ]);
  });

  it('in a build context below the root takes what lies in it', () => {
    const files = { 'web/main.ts': '', 'other/main.ts': '', 'package.json': '', 'package-lock.json': RECORDED_LOCK };
    const selection = select({ contextRoot: 'apps' }, files);
    expect([...selection.files.keys()].sort()).toEqual(['package-lock.json', 'package.json', 'web/main.ts']);
    expect(selection.widened).toEqual([
      'package-lock.json is in as a whole: the build context is not the root of the workspace',
    ]);
    expect([...select({ contextRoot: 'apps/web/src' }, { 'main.ts': '' }).files.keys()]).toEqual(['main.ts']);
  });
});
