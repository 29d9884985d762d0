import { readdirSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { OWN_OUTPUTS } from '../../artifact/record-files';
import { openNxVisibility, type NxVisibility } from '../../build-context/nx-visibility';

/** Folders that Nx 23 never looks into (its native walker). */
const NEVER_WALKED: ReadonlySet<string> = new Set(['node_modules', '.git', '.nx']);

/**
 * The files of a workspace that a filter takes and that Nx sees, workspace-relative, sorted. Ignore files are asked for folders
 * and for files that the filter takes only, so that a workspace of many files costs little more than reading its folders.
 * Links to folders are not followed, as in Nx.
 */
export function listWorkspaceFiles(workspaceRoot: string, isWanted: (path: string) => boolean): readonly string[] {
  const walk: Walk = { workspaceRoot, isWanted, visibility: openNxVisibility(workspaceRoot), found: [] };
  enter('', walk);
  return walk.found.toSorted();
}

interface Walk {
  readonly workspaceRoot: string;
  readonly isWanted: (path: string) => boolean;
  readonly visibility: NxVisibility;
  readonly found: string[];
}

function enter(folder: string, walk: Walk): void {
  for (const entry of readFolder(join(walk.workspaceRoot, folder))) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (isLeftOut(entry.name, path) || walk.visibility.hiddenBy(path, true) !== undefined) continue;
      enter(path, walk);
    } else if (walk.isWanted(path) && isFile(entry, join(walk.workspaceRoot, path))) {
      if (walk.visibility.hiddenBy(path, false) === undefined) walk.found.push(path);
    }
  }
}

function isLeftOut(name: string, path: string): boolean {
  return NEVER_WALKED.has(name) || OWN_OUTPUTS.includes(path);
}

function isFile(entry: Dirent, absolutePath: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return statSync(absolutePath, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** A folder that is not ours to read, or vanishes, has no files for Nx either. */
function readFolder(absolutePath: string): readonly Dirent[] {
  try {
    return readdirSync(absolutePath, { withFileTypes: true });
  } catch {
    return [];
  }
}
