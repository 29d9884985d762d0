import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { NamespaceValues } from './render-namespace';

/** Variables in which CI systems name the branch (GitHub: that of the pull request first; GitLab, Jenkins, CircleCI, Buildkite, Azure). */
const BRANCH_VARIABLES = [
  'GITHUB_HEAD_REF',
  'GITHUB_REF_NAME',
  'CI_COMMIT_REF_NAME',
  'CHANGE_BRANCH',
  'BRANCH_NAME',
  'CIRCLE_BRANCH',
  'BUILDKITE_BRANCH',
  'BUILD_SOURCEBRANCHNAME',
] as const;

/** Reads what a namespace's template can name. Starts no process. */
export function readNamespaceValues(
  workspaceRoot: string,
  env: Readonly<Record<string, string | undefined>>,
): NamespaceValues {
  return {
    user: env['USER'] || env['LOGNAME'] || nameOfUser(),
    branch: BRANCH_VARIABLES.map((name) => env[name]).find(Boolean) ?? readCheckedOutBranch(workspaceRoot),
    workspace: readWorkspaceName(workspaceRoot),
  };
}

/** The name in the root's package.json, else that of the folder: the same on every machine. */
export function readWorkspaceName(workspaceRoot: string): string {
  const file = join(workspaceRoot, 'package.json');
  const name = existsSync(file) ? nameOf(readFileSync(file, 'utf8')) : undefined;
  return name ?? basename(workspaceRoot);
}

function nameOf(packageJson: string): string | undefined {
  try {
    const { name } = JSON.parse(packageJson) as { name?: unknown };
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}

/** A process without an entry in the user database has no name (an arbitrary ID in a container). */
function nameOfUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

/** The branch that HEAD names, of the nearest repository; `undefined` where a commit is checked out by itself. */
function readCheckedOutBranch(folder: string): string | undefined {
  const git = join(folder, '.git');
  if (!existsSync(git)) return dirname(folder) === folder ? undefined : readCheckedOutBranch(dirname(folder));
  const head = join(gitFolderOf(git), 'HEAD');
  return existsSync(head) ? /^ref: refs\/heads\/(.+)$/m.exec(readFileSync(head, 'utf8'))?.[1] : undefined;
}

/** In a linked worktree and in a submodule `.git` is a file that names the folder (gitrepository-layout(5)). */
function gitFolderOf(git: string): string {
  try {
    const target = /^gitdir: (.+)$/m.exec(readFileSync(git, 'utf8'))?.[1];
    return target === undefined ? git : resolve(dirname(git), target);
  } catch {
    return git; // A folder.
  }
}
