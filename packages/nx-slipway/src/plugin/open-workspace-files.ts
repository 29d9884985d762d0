import type { parseJson as ParseJson } from '@nx/devkit';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, posix } from 'node:path';
import type { WorkspaceFiles } from './workspace-files';

/**
 * The workspace's files on disk, as they are now; what was read once is remembered for as long as the returned object lives,
 * which is one inference.
 * @param paths what Nx found for the plugin's glob
 */
export function openWorkspaceFiles(workspaceRoot: string, paths: readonly string[]): WorkspaceFiles {
  const texts = new Map<string, string | undefined>();
  const folders = new Map<string, ReadonlySet<string>>();
  const namesIn = (folder: string): ReadonlySet<string> => {
    const names = folders.get(folder) ?? new Set(listNames(join(workspaceRoot, folder)));
    folders.set(folder, names);
    return names;
  };
  // To open a file that is not there costs more than to list its folder, and most ignore files that may be there are not.
  const readIfListed = (path: string): string | undefined =>
    namesIn(posix.dirname(path)).has(posix.basename(path)) ? readText(join(workspaceRoot, path)) : undefined;
  const read = (path: string): string | undefined => {
    if (!texts.has(path)) texts.set(path, readIfListed(path));
    return texts.get(path);
  };
  return {
    paths: paths.map((path) => path.replaceAll('\\', '/')).toSorted(),
    read,
    readJson: (path) => parseJson(read(path)),
    list: (folder) => [...namesIn(folder)],
  };
}

function readText(absolutePath: string): string | undefined {
  try {
    return readFileSync(absolutePath, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    // Missing, a folder, or not ours to read: whoever needs the file reports it with what it is needed for.
    return undefined;
  }
}

function listNames(absolutePath: string): readonly string[] {
  try {
    return readdirSync(absolutePath).toSorted();
  } catch {
    return [];
  }
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return parseJsonWithComments(text);
  }
}

/** Loaded only when it is needed: `@nx/devkit` takes 0.4 s to load. Nx itself reports what is no JSON at all. */
function parseJsonWithComments(text: string): unknown {
  try {
    const devkit = createRequire(__filename)('@nx/devkit') as { readonly parseJson: typeof ParseJson };
    return devkit.parseJson(text, { allowTrailingComma: true });
  } catch {
    return undefined;
  }
}
