import { dirname, isAbsolute, join, sep } from 'node:path';
import { parse } from 'yaml';

/** A file of the user's kubeconfig. */
export interface KubeconfigFile {
  /** Absolute path. */
  readonly path: string;
  readonly text: string;
}

interface User {
  readonly tokenFile?: string;
  readonly exec?: { readonly command?: string };
}

interface Kubeconfig {
  readonly users?: readonly { readonly name: string; readonly user?: User | null }[] | null;
}

/**
 * A flat kubeconfig (`kubectl config view --flatten`) that means the same wherever it is kept: what kubectl leaves relative to the file that
 * it came from, a token's file and the command of a credential plugin, is absolute afterwards. As client-go has it (tools/clientcmd v0.34,
 * `GetAuthInfoFileReferences`); the first file that names a user is where it comes from. Pure.
 */
export function resolveUserPaths(flat: Kubeconfig, files: readonly KubeconfigFile[]): Kubeconfig {
  if (!flat.users) return flat;
  const users = flat.users.map((entry) => {
    const origin = files.find((file) => namesUser(file, entry.name));
    return origin && entry.user ? { ...entry, user: resolveUser(entry.user, dirname(origin.path)) } : entry;
  });
  return { ...flat, users };
}

/** Whether a flat kubeconfig has something that is relative to the file that it came from: only then that file has to be read. Pure. */
export function hasRelativePath(flat: Kubeconfig): boolean {
  const nowhere = { path: join(sep, 'config'), text: JSON.stringify({ users: flat.users }) };
  return JSON.stringify(resolveUserPaths(flat, [nowhere])) !== JSON.stringify(flat);
}

function resolveUser(user: User, folder: string): User {
  const { tokenFile, exec } = user;
  const command = exec?.command;
  return {
    ...user,
    ...(tokenFile ? { tokenFile: absolute(tokenFile, folder) } : {}),
    // A name alone is looked up in PATH.
    ...(command?.includes(sep) ? { exec: { ...exec, command: absolute(command, folder) } } : {}),
  };
}

function absolute(path: string, folder: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

function namesUser({ text }: KubeconfigFile, name: string): boolean {
  const users = (parse(text) as Kubeconfig | null)?.users;
  return Array.isArray(users) && users.some((user: { readonly name?: unknown }) => user.name === name);
}
