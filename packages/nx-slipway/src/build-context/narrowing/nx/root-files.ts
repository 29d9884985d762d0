/** npm's lock file, the only one that can be pruned. */
export const NPM_LOCK_FILE = 'package-lock.json';

/** Lock files that are in as a whole. Beside one of them npm's is too: it may not be the one that counts, for npm or for Nx. */
export const UNPRUNED_LOCK_FILES = [
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
] as const;

/**
 * Globs of what a build of any project may need of the workspace's root, besides lock files: package managers (their settings, patches, Yarn's own
 * releases and plug-ins), TypeScript and Nx. Not what only tests, linters and formatters read; a build that needs more says so with `files:`.
 */
export const ROOT_FILE_GLOBS: readonly string[] = [
  'package.json',
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.yarn/**/*',
  'pnpm-workspace.yaml',
  '.pnpmfile.cjs',
  'patches/**/*',
  'nx.json',
  'project.json',
  'tsconfig*.json',
];
