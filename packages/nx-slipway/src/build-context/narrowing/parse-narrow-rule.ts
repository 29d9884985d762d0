import * as z from 'zod';
import { SlipwayError } from '../../errors/slipway-error';
import { parsePathGlob } from './files/parse-path-glob';

/** One narrowing rule: what a broad COPY really has to let through. */
export type NarrowRule =
  /** A Go package and all that it imports. `package` is as written, e.g. `./cmd/web`. */
  | { readonly kind: 'go'; readonly package: string }
  /** The project, those that it depends on, and the root files they need. */
  | { readonly kind: 'nx-dependencies' }
  /** What a glob matches, relative to the root of the build context. */
  | { readonly kind: 'files'; readonly glob: string };

/** A COPY or ADD line, and the rules that stand in for it. */
export interface NarrowedCopy {
  /** As in the Dockerfile, with each run of white space as one blank. */
  readonly copyText: string;
  /** At least one; what any of them lets through is in. */
  readonly rules: readonly NarrowRule[];
  /** Whether the rules count without a proof. */
  readonly trusted: boolean;
}

const rulesSchema = z.array(z.string()).min(1);

/** The option `narrow`: for a COPY or ADD line its rules, with `trusted: true` where they shall count unproven. */
export const narrowSchema = z.record(
  z.string().refine((text) => text.trim() !== '', 'is empty: name a COPY line of the Dockerfile'),
  z.union([rulesSchema, z.strictObject({ rules: rulesSchema, trusted: z.boolean().default(false) })]),
);

/** The option `narrow` as it is written. */
export type NarrowOption = z.input<typeof narrowSchema>;

/**
 * The option `narrow`, understood; in the order of its lines. Pure.
 * @throws {SlipwayError} CONFIG_NARROW_RULE_INVALID for a rule that is none, and for a COPY line that is there twice
 */
export function parseNarrow(option: NarrowOption): readonly NarrowedCopy[] {
  const copies = Object.entries(option).map(([text, value]): NarrowedCopy => {
    const { rules, trusted = false } = Array.isArray(value) ? { rules: value } : value;
    return { copyText: foldWhiteSpace(text), rules: rules.map(parseNarrowRule), trusted };
  });
  const twice = copies.find(({ copyText }, index) => copies.findIndex((copy) => copy.copyText === copyText) < index);
  if (twice) throw invalid(twice.copyText, 'its line is in the option twice, with other white space');
  return copies;
}

/**
 * Parses one rule: `go:<package>`, `nx:dependencies` or `files:<glob>`. Pure.
 * @throws {SlipwayError} CONFIG_NARROW_RULE_INVALID
 */
export function parseNarrowRule(rule: string): NarrowRule {
  const colon = rule.indexOf(':');
  const kind = rule.slice(0, Math.max(colon, 0)).trim();
  const subject = rule.slice(colon + 1).trim();
  switch (kind) {
    case 'go':
      if (subject === '') throw invalid(rule, 'it names no package');
      return { kind: 'go', package: subject };
    case 'files': {
      if (subject === '') throw invalid(rule, 'it names no files');
      const glob = parsePathGlob(subject);
      if ('reason' in glob) throw invalid(rule, glob.reason);
      return { kind: 'files', glob: subject };
    }
    case 'nx':
      if (subject !== 'dependencies') throw invalid(rule, `"nx:" knows only "dependencies"`);
      return { kind: 'nx-dependencies' };
    default:
      throw invalid(rule, 'no kind of rule begins like that');
  }
}

/** A line with each run of white space as one blank, and none at its ends. Pure. */
export function foldWhiteSpace(line: string): string {
  return line.trim().replaceAll(/\s+/g, ' ');
}

function invalid(rule: string, reason: string): SlipwayError {
  return new SlipwayError('CONFIG_NARROW_RULE_INVALID', { rule, reason });
}
