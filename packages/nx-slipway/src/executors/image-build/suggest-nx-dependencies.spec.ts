import { suitsNxDependencies } from './suggest-nx-dependencies';

/** A build context with these files. */
function treeOf(...paths: readonly string[]) {
  return {
    list: (folder: string) =>
      paths
        .filter((path) => (folder === '' ? !path.includes('/') : path.slice(0, path.lastIndexOf('/')) === folder))
        .map((path) => ({ name: path.slice(path.lastIndexOf('/') + 1), kind: 'file' as const })),
  };
}

const runOf = (shell: string) => ({ line: 3, stage: 0, shell, workdir: '/app' });
const TREE = treeOf('package.json', 'package-lock.json', 'apps/web/package.json');

describe('suitsNxDependencies', () => {
  test.each([
    'npm ci && npm run build --workspace apps/web',
    'npx nx build web',
    'corepack enable && pnpm --filter web build',
    'yarn workspace web build',
  ])('suggests it for %s', (shell) => {
    expect(suitsNxDependencies({ runs: [runOf(shell)], tree: TREE, projectRoot: 'apps/web' })).toBe(true);
  });

  test.each([
    ['all packages are built', 'npm ci && npm run build --workspaces'],
    ['pnpm goes through all', 'pnpm -r build'],
    ['tests run', 'npm ci && npm test'],
    ['many projects are built', 'npx nx run-many -t build'],
    ['a script runs', 'npm ci && ./build.sh'],
    ['nothing is built by a package manager', 'go build ./cmd/web'],
  ])('does not where %s', (_, shell) => {
    expect(suitsNxDependencies({ runs: [runOf(shell)], tree: TREE, projectRoot: 'apps/web' })).toBe(false);
  });

  test('does not without a package below the root, a lock file at the root, or a project that Nx knows', () => {
    const runs = [runOf('npm ci')];
    expect(suitsNxDependencies({ runs, tree: TREE, projectRoot: '.' })).toBe(false);
    expect(suitsNxDependencies({ runs, tree: TREE, projectRoot: undefined })).toBe(false);
    expect(suitsNxDependencies({ runs, tree: TREE, projectRoot: 'apps/api' })).toBe(false);
    expect(suitsNxDependencies({ runs, tree: treeOf('apps/web/package.json'), projectRoot: 'apps/web' })).toBe(false);
  });
});
