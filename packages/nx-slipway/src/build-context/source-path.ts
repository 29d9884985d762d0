import { childOf } from './context-path';
import { compilePathSegment } from './go-path-pattern';
import type { ContextTree } from './narrowing/rule-selection';

/** One segment of a path that is followed through a build context. */
export type PathSegment =
  /** A name of the file system as it is, whatever characters are in it. */
  | { readonly kind: 'name'; readonly name: string }
  /** A part of a COPY source that may match several names. */
  | { readonly kind: 'pattern'; readonly matches: (name: string) => boolean }
  /** `**` in a COPY source. Engines take it for `*`; here it is all that is below. */
  | { readonly kind: 'anything-below' };

/** The segments of a COPY source, normalised, in which a segment may be a pattern (Go's `filepath.Match`). Pure. */
export function parseSourcePath(source: string): readonly PathSegment[] {
  return splitPath(source).map((segment) => {
    if (segment === '**') return { kind: 'anything-below' };
    const matches = compilePathSegment(segment);
    return matches === undefined ? { kind: 'name', name: segment } : { kind: 'pattern', matches };
  });
}

/** The segments of a real path, or of what is written in a link: `[id].tsx` is a name. Pure. */
export function namesOfPath(path: string): readonly PathSegment[] {
  return splitPath(path).map((name) => ({ kind: 'name', name }));
}

/** Whether a real path is what a COPY source names, or lies below it; links are not followed. Pure. */
export function isAtOrBelowSource(path: string, source: readonly PathSegment[]): boolean {
  const names = path.split('/');
  for (const [index, segment] of source.entries()) {
    const name = names[index];
    if (segment.kind === 'anything-below') return true;
    if (name === undefined) return false;
    if (segment.kind === 'name' ? segment.name !== name : !segment.matches(name)) return false;
  }
  return true;
}

/** A build context of which it is known what is a link. */
export interface LinkTree extends Pick<ContextTree, 'list'> {
  kindOf(path: string): 'file' | 'directory' | 'link' | undefined;
}

/**
 * Whether a link is in the path of something that a COPY source names, or is it: the engine copies what it leads to. Of a folder that is copied whole,
 * links are copied as links.
 */
export function leadsThroughLink(source: readonly PathSegment[], tree: LinkTree, folder = ''): boolean {
  const [segment, ...rest] = source;
  if (segment === undefined || segment.kind === 'anything-below') return false;
  const names =
    segment.kind === 'name'
      ? [segment.name]
      : tree.list(folder).flatMap(({ name }) => (segment.matches(name) ? [name] : []));
  return names.some((name) => {
    const path = childOf(folder, name);
    return tree.kindOf(path) === 'link' || leadsThroughLink(rest, tree, path);
  });
}

function splitPath(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '' && segment !== '.');
}
