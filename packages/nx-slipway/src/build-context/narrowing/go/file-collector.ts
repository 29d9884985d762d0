import { joinPath, leavesRoot, type LinkedTree, type ResolvedPath } from './linked-tree';

/** Paths that something reads, and globs for those that may join them. */
export interface ReadSet {
  /** Files and links. */
  readonly files: ReadonlySet<string>;
  /** Folders of which all files are read, but Go files (`cgo`), or all (`all`). */
  readonly trees: ReadonlyMap<string, 'cgo' | 'all'>;
  /** Paths that are read, or would be if they existed. May hold `*` in their last segments. */
  readonly globs: ReadonlySet<string>;
  /** A link whose target is not told. */
  readonly unknownLink?: string;
}

/** Gathers what one package reads. Links are selected together with what they lead to. */
export class FileCollector implements ReadSet {
  readonly files = new Set<string>();
  readonly trees = new Map<string, 'cgo' | 'all'>();
  readonly globs = new Set<string>();
  unknownLink?: string;

  constructor(private readonly tree: LinkedTree) {}

  /** Adds the file that a path leads to. Returns what the path leads to; a folder is not added. */
  addFile(path: string): ResolvedPath {
    const target = this.follow(path);
    if (target.kind === 'file') this.files.add(target.path);
    return target;
  }

  /** Adds the files of a folder and of all below it that `takes` accepts by name; folders too are asked about. */
  addTree(folder: string, kind: 'cgo' | 'all', takes: TakesEntry): void {
    const target = this.follow(folder);
    if (target.kind !== 'directory') return;
    this.trees.set(target.path, this.trees.get(target.path) === 'all' ? 'all' : kind);
    this.walk(target.path, takes, new Set());
  }

  private walk(folder: string, takes: TakesEntry, walked: Set<string>): void {
    if (walked.has(folder)) return;
    walked.add(folder);
    for (const { name } of this.tree.list(folder)) {
      const path = joinPath(folder, name);
      const target = this.tree.resolve(path);
      if (!takes(name, target.kind === 'directory', folder)) continue;
      this.follow(path);
      if (target.kind === 'file') this.files.add(target.path);
      if (target.kind === 'directory') this.walk(target.path, takes, walked);
    }
  }

  /** Adds the links on the way to a path. */
  follow(path: string): ResolvedPath {
    if (leavesRoot(path)) return { kind: 'missing', path, links: [] };
    const target = this.tree.resolve(path);
    for (const link of target.links) this.files.add(link);
    if (target.kind === 'unknown') this.unknownLink ??= target.path;
    return target;
  }
}

/** Whether an entry of a folder is read. */
export type TakesEntry = (name: string, isFolder: boolean, folder: string) => boolean;
