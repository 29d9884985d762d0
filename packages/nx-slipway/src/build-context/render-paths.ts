/** The first three of some paths, sorted, and how many more there are. Pure. */
export function renderPaths(paths: readonly string[]): string {
  const [first, second, third, ...more] = [...paths].sort();
  const shown = [first, second, third].filter((path) => path !== undefined).join(', ');
  return more.length > 0 ? `${shown} and ${more.length} more` : shown;
}
