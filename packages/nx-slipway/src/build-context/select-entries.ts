import { join, posix } from 'node:path';
import type { ContextRead } from '../dockerfile/list-copy-sources';
import { SlipwayError } from '../errors/slipway-error';
import type { EntryOrigin, WidenedRead } from './build-context';
import { childOf, folderOf } from './context-path';
import type { FilteredTree } from './filtered-tree';
import type { RuleSelection } from './narrowing/rule-selection';
import { readingContext } from './read-context';
import { isAtOrBelowSource, leadsThroughLink, namesOfPath, parseSourcePath, type PathSegment } from './source-path';

/** What an instruction reads, and what a proven narrowing lets it read of that. */
export interface PlannedRead extends Pick<ContextRead, 'line' | 'text' | 'sources' | 'resolved' | 'doubt'> {
  readonly narrowedTo?: readonly RuleSelection[];
}

/** What of a build context is given to the engine. */
export interface SelectedEntries {
  /** Files and links by path, each with what brought it in first. Folders follow from them. */
  readonly origins: ReadonlyMap<string, EntryOrigin>;
  /** Files with other content than the tree's, which nothing else takes as they are. Path to content. */
  readonly replaced: ReadonlyMap<string, string>;
  readonly widened: readonly WidenedRead[];
  /** Folders that are copied whole and have no file, at any depth, sorted; of those within each other the topmost. */
  readonly emptyFolders: readonly string[];
}

/** Linux follows no more links than this in one path (path_resolution(7)). */
const MAX_LINKS = 40;

/**
 * Selects what the instructions of a Dockerfile can read of a build context: for a folder all that is below it, for a link in a
 * source's path the link and what it leads to. A link below a copied folder is copied as a link, so what it leads to is not in by that.
 * Where an instruction is not understood everything is in, and `widened` says which one it was.
 * Rules: BuildKit's `cache/contenthash` and buildah's `copier.Get`, which follow links in the path of a source, and no others.
 * @throws {SlipwayError} CONTEXT_LINK_LEAVES, CONTEXT_FILE_UNREADABLE, CONTEXT_FILE_CHANGED
 */
export function selectEntries(tree: FilteredTree, reads: readonly PlannedRead[]): SelectedEntries {
  const selection = new Selection(tree);
  for (const read of reads) selection.add(read);
  return selection;
}

/** Everything that the build context has, as if `COPY . .` read it. */
export const READ_EVERYTHING: PlannedRead = { line: 0, text: '', sources: [''], resolved: true, doubt: null };

class Selection implements SelectedEntries {
  readonly origins = new Map<string, EntryOrigin>();
  readonly replaced = new Map<string, string>();
  readonly widened: WidenedRead[] = [];
  private readonly wholeFolders = new Map<string, boolean>();
  private readonly wholeFiles = new Set<string>();

  constructor(private readonly tree: FilteredTree) {}

  add(read: PlannedRead): void {
    if (!read.resolved) {
      this.widened.push({ line: read.line, reason: read.doubt ?? `what ${read.text} reads is not known` });
      this.addBelow('', { line: read.line, text: read.text, chain: [] });
      return;
    }
    const sources = read.sources.map(parseSourcePath);
    const linked = read.narrowedTo && sources.some((source) => leadsThroughLink(source, this.tree));
    if (linked)
      this.widened.push({ line: read.line, reason: `a link is in the path of ${read.text}: no rule follows it` });
    if (read.narrowedTo && !linked) this.addNarrowed(read, sources, read.narrowedTo);
    else for (const source of sources) this.follow('', source, { line: read.line, text: read.text, chain: [] }, 0);
  }

  private addNarrowed(
    read: PlannedRead,
    sources: readonly (readonly PathSegment[])[],
    selections: readonly RuleSelection[],
  ): void {
    const isRead = (path: string): boolean => sources.some((source) => isAtOrBelowSource(path, source));
    for (const { files, replaced, widened } of selections) {
      for (const reason of widened) this.widened.push({ line: read.line, reason });
      for (const [path, chain] of files) {
        if (!isRead(path)) continue;
        const origin = { line: read.line, text: read.text, chain };
        // Below a source a link is copied as a link; the inputs of the target know nothing of what it leads to.
        if (this.tree.kindOf(path) === 'link') this.record(path, origin);
        else this.follow('', namesOfPath(path), origin, 0);
      }
      for (const [path, content] of replaced) {
        if (!isRead(path) || this.tree.kindOf(path) !== 'file') continue;
        this.record(path, { line: read.line, text: read.text, chain: [] });
        if (!this.wholeFiles.has(path)) this.replaced.set(path, content);
      }
    }
  }

  /** Follows a path segment by segment: a segment may be a pattern, and a link leads elsewhere. */
  private follow(folder: string, segments: readonly PathSegment[], origin: EntryOrigin, links: number): void {
    const [segment, ...rest] = segments;
    if (segment === undefined || segment.kind === 'anything-below') this.addBelow(folder, origin);
    else if (segment.kind === 'name' && segment.name === '..')
      // A `..` at the root stays there, as both engines have it.
      this.follow(folderOf(folder), rest, origin, links);
    else for (const name of this.matchNames(folder, segment)) this.step(childOf(folder, name), rest, origin, links);
  }

  private step(path: string, rest: readonly PathSegment[], origin: EntryOrigin, links: number): void {
    const kind = this.tree.kindOf(path);
    if (kind === 'link') {
      this.take(path, origin);
      if (links < MAX_LINKS) this.follow(folderOf(path), [...this.segmentsOfLink(path), ...rest], origin, links + 1);
    } else if (kind === 'directory') this.follow(path, rest, origin, links);
    else if (kind === 'file' && rest.length === 0) this.take(path, origin);
  }

  private matchNames(folder: string, segment: Exclude<PathSegment, { kind: 'anything-below' }>): readonly string[] {
    if (segment.kind === 'name') return [segment.name];
    return this.tree.list(folder).flatMap(({ name }) => (segment.matches(name) ? [name] : []));
  }

  private segmentsOfLink(path: string): readonly PathSegment[] {
    const target = readingContext(path, () => this.tree.disk.readLink(join(this.tree.root, path)));
    if (posix.isAbsolute(target)) {
      throw new SlipwayError('CONTEXT_LINK_LEAVES', { path, target, root: this.tree.root });
    }
    return namesOfPath(target);
  }

  get emptyFolders(): readonly string[] {
    const empty = [...this.wholeFolders].flatMap(([folder, hasFiles]) => (hasFiles ? [] : [folder])).sort();
    return empty.filter((folder) => folder !== '' && !empty.includes(folderOf(folder)));
  }

  /** @returns whether the folder has a file or a link, at any depth */
  private addBelow(folder: string, origin: EntryOrigin): boolean {
    const known = this.wholeFolders.get(folder);
    if (known !== undefined) return known;
    let hasFiles = false;
    for (const { name, kind } of this.tree.list(folder)) {
      const path = childOf(folder, name);
      if (kind !== 'directory') this.take(path, origin);
      hasFiles = (kind === 'directory' ? this.addBelow(path, origin) : true) || hasFiles;
    }
    this.wholeFolders.set(folder, hasFiles);
    return hasFiles;
  }

  /** As it is: an instruction or a rule that reads it so must not be given less than it asks for. */
  private take(path: string, origin: EntryOrigin): void {
    this.record(path, origin);
    this.wholeFiles.add(path);
    this.replaced.delete(path);
  }

  private record(path: string, origin: EntryOrigin): void {
    if (!this.origins.has(path)) this.origins.set(path, origin);
  }
}
