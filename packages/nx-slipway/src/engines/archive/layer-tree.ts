import type { TreeEntry } from '../image-trees';

/** What one layer says about one path, in the order of its archive. */
export type LayerChange =
  | { readonly kind: 'entry'; readonly entry: TreeEntry }
  /** The path has the content of another one: a hard link. */
  | { readonly kind: 'hard-link'; readonly path: string; readonly target: string }
  /** The path of a lower layer is gone. */
  | { readonly kind: 'removed'; readonly path: string }
  /** What lower layers have in this folder is gone. */
  | { readonly kind: 'emptied'; readonly path: string };

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** The change that a name of a layer's archive stands for, where it is a whiteout (OCI image specification 1.1, "Whiteouts"). */
export function parseWhiteout(path: string): LayerChange | undefined {
  const slash = path.lastIndexOf('/') + 1;
  const [folder, name] = [path.slice(0, slash), path.slice(slash)];
  if (name === OPAQUE) return { kind: 'emptied', path: folder.replace(/\/$/, '') };
  if (!name.startsWith(WHITEOUT)) return undefined;
  return { kind: 'removed', path: folder + name.slice(WHITEOUT.length) };
}

/**
 * The file system that layers give, bottom first, sorted by path. Pure.
 * In each layer whiteouts count before everything else, wherever they stand in its archive: they are about lower layers only.
 */
export function applyLayers(layers: readonly (readonly LayerChange[])[]): TreeEntry[] {
  const tree = new Map<string, TreeEntry>();
  for (const changes of layers) {
    for (const change of changes) {
      if (change.kind === 'removed') removeTree(tree, change.path, true);
      else if (change.kind === 'emptied') removeTree(tree, change.path, false);
    }
    for (const change of changes) {
      if (change.kind === 'entry') put(tree, change.entry);
      else if (change.kind === 'hard-link') link(tree, change.path, change.target);
    }
  }
  return [...tree.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function put(tree: Map<string, TreeEntry>, entry: TreeEntry): void {
  // A folder that is listed again gets other attributes; what is in it stays.
  if (entry.kind !== 'directory' && tree.get(entry.path)?.kind === 'directory') removeTree(tree, entry.path, true);
  tree.set(entry.path, entry);
}

function link(tree: Map<string, TreeEntry>, path: string, target: string): void {
  const linked = tree.get(target);
  if (linked === undefined) throw new Error(`the hard link ${path} names ${target}, which is not there`);
  put(tree, { ...linked, path });
}

function removeTree(tree: Map<string, TreeEntry>, path: string, itself: boolean): void {
  if (itself) tree.delete(path);
  const prefix = path === '' ? '' : `${path}/`;
  for (const known of tree.keys()) {
    if (known !== '' && known.startsWith(prefix)) tree.delete(known);
  }
}
