/** How much of one Go package the tests have run. */
export interface PackageCoverage {
  /** Import path. */
  readonly name: string;
  readonly statements: number;
  readonly covered: number;
}

/** `example.com/web/main.go:12.13,17.2 4 1`: file, from and to (line.column), statements, count (Go 1.20, `cmd/cover`, profile.go). */
const BLOCK = /^(?<file>.+):(?<range>\d+\.\d+,\d+\.\d+) (?<statements>\d+) (?<count>\d+)$/;

/**
 * Packages of a coverage profile, sorted by name. A block that is there more than once, since several programs have its package, is covered where
 * one of them has run it. Pure.
 */
export function parseCoverProfile(profile: string): readonly PackageCoverage[] {
  const blocks = new Map<string, { readonly name: string; readonly statements: number; readonly isCovered: boolean }>();
  for (const line of profile.split('\n')) {
    const { file, range, statements, count } = BLOCK.exec(line)?.groups ?? {};
    if (file === undefined) continue;
    const key = `${file}:${range}`;
    const isCovered = Number(count) > 0 || (blocks.get(key)?.isCovered ?? false);
    blocks.set(key, { name: file.slice(0, file.lastIndexOf('/')), statements: Number(statements), isCovered });
  }
  const packages = new Map<string, PackageCoverage>();
  for (const { name, statements, isCovered } of blocks.values()) {
    const before = packages.get(name) ?? { name, statements: 0, covered: 0 };
    packages.set(name, {
      name,
      statements: before.statements + statements,
      covered: before.covered + (isCovered ? statements : 0),
    });
  }
  return [...packages.values()].toSorted((first, second) => (first.name < second.name ? -1 : 1));
}

/** A line for each package, and one for all of them: `71.4% of 21 statements  example.com/web`. Pure. */
export function renderCoverage(packages: readonly PackageCoverage[]): readonly string[] {
  const sum = (field: 'statements' | 'covered'): number => packages.reduce((total, item) => total + item[field], 0);
  const total = { name: 'total', statements: sum('statements'), covered: sum('covered') };
  return [...packages, total].map(({ name, statements, covered }) => {
    const percent = statements === 0 ? 0 : (100 * covered) / statements;
    return `${percent.toFixed(1).padStart(5)}% of ${String(statements).padStart(5)} statements  ${name}`;
  });
}
