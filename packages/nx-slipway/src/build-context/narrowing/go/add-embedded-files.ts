import { compilePathSegment } from '../../go-path-pattern';
import { isValidGoPattern } from '../../ignore-pattern';
import type { FileCollector, TakesEntry } from './file-collector';
import { joinPath, type LinkedTree } from './linked-tree';

/**
 * Adds what one `//go:embed` pattern of a package names: files, and folders with all below them but what is hidden (a name that begins
 * with `.` or `_`) unless the pattern begins with `all:`. A folder with a go.mod of its own is another module's and is not entered
 * (package `embed` and `resolveEmbed` of cmd/go, Go 1.22). A pattern that Go refuses adds nothing.
 */
export function addEmbeddedFiles(written: string, packageFolder: string, tree: LinkedTree, files: FileCollector): void {
  const all = written.startsWith('all:');
  const pattern = all ? written.slice('all:'.length) : written;
  const segments = pattern.split('/');
  if (!isValidGoPattern(pattern) || segments.some((segment) => ['', '.', '..'].includes(segment))) return;
  const takes: TakesEntry = (name, isFolder, folder) =>
    (all || !/^[._]/.test(name)) && !(isFolder && isOtherModule(joinPath(folder, name), tree));
  files.globs.add(joinPath(packageFolder, pattern));
  for (const path of expandSegments(packageFolder, segments, tree)) {
    if (files.addFile(path).kind === 'directory') files.addTree(path, 'all', takes);
  }
}

function isOtherModule(folder: string, tree: LinkedTree): boolean {
  return tree.resolve(joinPath(folder, 'go.mod')).kind === 'file';
}

/** The paths that the segments of a pattern of `path.Match` lead to, as far as they exist. */
function expandSegments(folder: string, [segment, ...rest]: readonly string[], tree: LinkedTree): readonly string[] {
  if (segment === undefined) return [folder];
  const { kind, path } = tree.resolve(folder);
  if (kind !== 'directory') return [];
  const matches = compilePathSegment(segment);
  const names = matches
    ? tree
        .list(path)
        .map(({ name }) => name)
        .filter(matches)
    : [segment];
  return names.flatMap((name) => expandSegments(joinPath(folder, name), rest, tree));
}
