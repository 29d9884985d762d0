import type { ContextRead } from '../../dockerfile/list-copy-sources';
import { describeProblem, SlipwayError, type Problem } from '../../errors/slipway-error';
import type { PlannedRead } from '../select-entries';
import type { NarrowedCopy, NarrowRule } from './parse-narrow-rule';
import { renderNarrowRule } from './render-narrow-rule';
import type { RuleSelection } from './rule-selection';

/** Whether narrowing counts: only what is proven or trusted (a build), all of it (`prove`, and `plan` as if proven), or none. */
export type NarrowingMode = 'proven' | 'assumed' | 'off';

/** What decides which reads are narrowed. */
export interface NarrowingQuestion {
  readonly image: string;
  /** The Dockerfile's name, for messages. */
  readonly source: string;
  readonly reads: readonly ContextRead[];
  readonly narrow: readonly NarrowedCopy[];
  readonly mode: NarrowingMode;
  /** Whether `slipway.lock.json` has a proof of exactly this Dockerfile with these rules. */
  readonly isProven: boolean;
  readonly selectByRule: (rule: NarrowRule) => RuleSelection;
}

/** What the option `narrow` came to. */
export interface NarrowedReads {
  readonly reads: readonly PlannedRead[];
  /** `unproven`: it is asked for and does not count, so the build is given all that its instructions read. */
  readonly status: 'none' | 'proven' | 'trusted' | 'unproven';
  readonly problems: readonly Problem[];
}

/**
 * Decides which instructions read less than they say. A rule counts only when it is proven or trusted; else the build uses the full
 * build context, with the warning CONTEXT_NARROW_UNPROVEN.
 * @throws {SlipwayError} CONTEXT_NARROW_COPY_UNKNOWN for a rule that names no instruction, and what `selectByRule` throws
 */
export function planReads(question: NarrowingQuestion): NarrowedReads {
  const { reads, narrow, mode } = question;
  if (narrow.length === 0) return { reads, status: 'none', problems: [] };
  for (const { copyText } of narrow) assertNamesCopy(copyText, question);
  if (mode === 'off') return { reads, status: 'unproven', problems: [] };
  const counting = narrow.filter(({ trusted }) => mode === 'assumed' || question.isProven || trusted);
  const narrowed = reads.map((read) => narrowRead(read, counting, question.selectByRule));
  if (counting.length === narrow.length) {
    const status = question.isProven || mode === 'assumed' ? 'proven' : 'trusted';
    return { reads: narrowed, status, problems: [] };
  }
  const rules = narrow.flatMap((copy) => (counting.includes(copy) ? [] : copy.rules.map(renderNarrowRule)));
  const problem = describeProblem('CONTEXT_NARROW_UNPROVEN', {
    image: question.image,
    source: question.source,
    rules: rules.join(', '),
  });
  return { reads: narrowed, status: 'unproven', problems: [problem] };
}

function narrowRead(
  read: ContextRead,
  narrow: readonly NarrowedCopy[],
  selectByRule: NarrowingQuestion['selectByRule'],
): PlannedRead {
  const copies = narrow.filter(({ copyText }) => copyText === read.text);
  // What is not understood of an instruction is not known to the rule either.
  if (copies.length === 0 || !read.resolved) return read;
  return { ...read, narrowedTo: copies.flatMap(({ rules }) => rules.map(selectByRule)) };
}

function assertNamesCopy(copyText: string, { reads, source, image }: NarrowingQuestion): void {
  if (reads.some(({ text }) => text === copyText)) return;
  const known = [...new Set(reads.map(({ text, line }) => `"${text}" (line ${line})`))].join(', ') || 'nothing';
  throw new SlipwayError('CONTEXT_NARROW_COPY_UNKNOWN', { image, source, copy: copyText, known });
}
