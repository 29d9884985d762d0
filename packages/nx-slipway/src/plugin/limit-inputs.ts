/** More inputs of a target are felt in every command of Nx; 20,000 make `nx affected` take 87 s. */
export const MAX_INPUTS = 200;

/**
 * Filesets of Nx that match all that the given ones match, and possibly more, so that there are no more of them than wanted:
 * first exclusions are left out, from the end; then what lies deep is replaced by all that is in its folder. Pure.
 * @param filesets each `{workspaceRoot}/…` or `!{workspaceRoot}/…`
 */
export function limitInputs(filesets: readonly string[], most: number): readonly string[] {
  const distinct = [...new Set(filesets)];
  if (distinct.length <= most) return distinct;
  const included = distinct.filter((fileset) => !fileset.startsWith('!'));
  const excluded = distinct.filter((fileset) => fileset.startsWith('!'));
  if (included.length <= most) return [...included, ...excluded.slice(0, most - included.length)];
  const deepest = Math.max(...included.map((fileset) => fileset.split('/').length));
  for (let depth = deepest - 1; depth > 1; depth--) {
    const widened = [...new Set(included.map((fileset) => widenBelow(fileset, depth)))];
    if (widened.length <= most) return widened;
  }
  return ['{workspaceRoot}/**/*'];
}

/** `{workspaceRoot}/a/b/c` at a depth of 3 is `{workspaceRoot}/a/b/**\/*`. */
function widenBelow(fileset: string, depth: number): string {
  const segments = fileset.split('/');
  if (segments.length <= depth) return fileset;
  const wild = segments.findIndex((segment) => segment.includes('**'));
  return [...segments.slice(0, wild < 0 ? depth : Math.min(wild, depth)), '**', '*'].join('/');
}
