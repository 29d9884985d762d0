import type { parseJson as ParseJson } from '@nx/devkit';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DISK_NOW, type ContextDisk } from '../build-context/context-disk';
import type { WorkspaceFiles } from './workspace-files';

/**
 * The workspace's files on disk, as they are now; what was read once is remembered for as long as the returned object lives,
 * which is one inference.
 * @param paths what Nx found for the plugin's glob
 */
export function openWorkspaceFiles(
  workspaceRoot: string,
  paths: readonly string[],
  disk: ContextDisk = DISK_NOW,
): WorkspaceFiles {
  const texts = new Map<string, string | undefined>();
  const folders = new Map<string, readonly string[]>();
  const read = (path: string): string | undefined => {
    if (!texts.has(path)) texts.set(path, readText(join(workspaceRoot, path), disk));
    return texts.get(path);
  };
  return {
    paths: paths.map((path) => path.replaceAll('\\', '/')).toSorted(),
    read,
    readJson: (path) => parseJson(read(path)),
    list(folder) {
      const names = folders.get(folder) ?? listNames(join(workspaceRoot, folder), disk);
      folders.set(folder, names);
      return names;
    },
  };
}

function readText(absolutePath: string, disk: ContextDisk): string | undefined {
  try {
    return disk.readText(absolutePath)?.replace(/^\uFEFF/, '');
  } catch {
    // Missing, a folder, or not ours to read: whoever needs the file reports it with what it is needed for.
    return undefined;
  }
}

function listNames(absolutePath: string, disk: ContextDisk): readonly string[] {
  try {
    return disk
      .readFolder(absolutePath)
      .map(({ name }) => name)
      .toSorted();
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
