import type { NarrowRule } from './parse-narrow-rule';

/** A rule as the option `narrow` has it, e.g. `go:./cmd/web`. Pure. */
export function renderNarrowRule(rule: NarrowRule): string {
  switch (rule.kind) {
    case 'go':
      return `go:${rule.package}`;
    case 'nx-dependencies':
      return 'nx:dependencies';
    case 'files':
      return `files:${rule.glob}`;
  }
}
