import { posix } from 'node:path';

/**
 * A workspace-relative path in its one form: `/` between the parts, no `./`, no `/` at the end; the workspace's root is `.`.
 * Takes what users write and what Nx makes of `{workspaceRoot}` and `{projectRoot}` (`''`, `.`, `./web/`). Pure.
 * @returns `undefined` where the path is absolute or leads out of the workspace
 */
export function normalizeWorkspacePath(path: string): string | undefined {
  const normalized = posix.normalize(path.replaceAll('\\', '/') || '.').replace(/(?<=.)\/$/, '');
  const leaves = posix.isAbsolute(normalized) || /^[A-Za-z]:/.test(normalized) || /^\.\.(\/|$)/.test(normalized);
  return leaves ? undefined : normalized;
}

/** Joins a workspace-relative folder, of which `.` and `''` are the root, and what is below it. Pure. */
export function joinWorkspacePath(folder: string, ...parts: readonly string[]): string {
  return posix.join(folder || '.', ...parts);
}

/**
 * A pattern for Nx's `inputs` that matches a workspace-relative path: glob characters in the path become `?`, which any
 * single character matches, so it may match more, never less. Pure.
 */
export function filesetOf(path: string): string {
  return `{workspaceRoot}/${path.replaceAll(/[*?[\]{}()!@+|\\]/g, '?')}`;
}
