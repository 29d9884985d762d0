import type { Finding } from './finding';

/** Version of what `doctor --json` prints; raised when a reader of the old shape would misread the new one. */
export const FINDINGS_VERSION = 1;

/** Findings in the order in which they are shown: by image, those of the workspace last, then by file and line. Pure. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const keyOf = ({ image, file, line }: Finding): readonly (string | number)[] => [
    image === null ? 1 : 0,
    image ?? '',
    file ?? '',
    line ?? 0,
  ];
  return findings.toSorted((a, b) => compareKeys(keyOf(a), keyOf(b)));
}

/** A finding for a reader: its place, code and fix. Pure. */
export function renderFinding({ file, line, problem }: Finding): readonly string[] {
  const place = file === null ? '' : `${file}${line === null ? '' : `:${line}`}  `;
  return [`  ${place}${problem.severity} ${problem.code}`, `    ${problem.message}`, `    ${problem.hint}`];
}

/** The findings as `--json` prints them. Pure. */
export function describeFindings(findings: readonly Finding[]): readonly object[] {
  return findings.map(({ image, file, line, problem, fix: change }) => {
    const { code, severity, message, hint: fix } = problem;
    return { image, file, line, code, severity, message, fix, fixable: change !== undefined };
  });
}

/** How many findings there are of which weight. Pure. */
export function renderSum(findings: readonly Finding[]): string {
  const warnings = findings.filter(({ problem }) => problem.severity !== 'notice').length;
  if (findings.length === 0) return 'Nothing was found.';
  return `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}, ${findings.length - warnings} of lesser weight.`;
}

function compareKeys(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index];
    if (other !== undefined && value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
