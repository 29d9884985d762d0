import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The workspace's files as manifests refer to them. Paths are workspace-relative with `/`. */
export interface ManifestTree {
  /** A file's text; `undefined` where there is no such file. */
  read(path: string): string | undefined;
  /** Names of the entries of a folder, sorted; empty where there is no such folder. */
  list(folder: string): readonly string[];
}

/** The files on disk. @param workspaceRoot absolute */
export function openManifestTree(workspaceRoot: string): ManifestTree {
  const orNone = <Result>(read: () => Result, none: Result): Result => {
    try {
      return read();
    } catch {
      // Missing, or of another kind: whoever needs it reports it with what it is needed for.
      return none;
    }
  };
  return {
    read: (path) => orNone<string | undefined>(() => readFileSync(join(workspaceRoot, path), 'utf8'), undefined),
    list: (folder) => orNone<string[]>(() => readdirSync(join(workspaceRoot, folder)).toSorted(), []),
  };
}
