import { catalogue, type SlipwayCode } from './catalogue';
import type { Blame, Severity } from './catalogue-entry';

type PlaceholdersOf<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PlaceholdersOf<Rest>
  : never;

/** The facts that a code's message and hint name, all required. */
export type FactsOf<Code extends SlipwayCode> = {
  readonly [
    Name in PlaceholdersOf<(typeof catalogue)[Code]['message']> | PlaceholdersOf<(typeof catalogue)[Code]['hint']>
  ]: string | number;
};

/** A coded message as plain data: survives JSON and process boundaries. */
export interface Problem {
  readonly code: SlipwayCode;
  readonly severity: Severity;
  readonly blame: Blame;
  readonly message: string;
  readonly hint: string;
  /** What a tool printed, whole. Shown cut to its last lines. */
  readonly toolOutput?: string;
}

/** Optional parts of a problem, besides its facts. */
export interface ProblemDetails {
  readonly toolOutput?: string;
}

/** Makes the plain data of one case of a code. Placeholders of message and hint are replaced by `facts`. */
export function describeProblem<Code extends SlipwayCode>(
  code: Code,
  facts: FactsOf<Code>,
  details: ProblemDetails = {},
): Problem {
  const entry = catalogue[code];
  return {
    code,
    severity: entry.severity,
    blame: entry.blame,
    message: fillPlaceholders(entry.message, facts),
    hint: fillPlaceholders(entry.hint, facts),
    ...(details.toolOutput === undefined ? {} : { toolOutput: details.toolOutput }),
  };
}

/**
 * The one error class. Recognise it by `code`, never by `instanceof` or by its text: it may come from another process or
 * another copy of this package. All that matters is in own, plain properties.
 */
export class SlipwayError<Code extends SlipwayCode = SlipwayCode> extends Error {
  readonly code: SlipwayCode;
  readonly problem: Problem;

  constructor(code: Code, facts: FactsOf<Code>, details: ProblemDetails & { readonly cause?: unknown } = {}) {
    const problem = describeProblem(code, facts, details);
    super(problem.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SlipwayError';
    this.code = code;
    this.problem = problem;
  }
}

/** Whether a thrown value is one of ours, also when it comes from another copy of this package. */
export function isSlipwayError(error: unknown): error is SlipwayError {
  return typeof error === 'object' && error !== null && 'problem' in error && 'code' in error;
}

function fillPlaceholders(text: string, facts: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(facts[name] ?? placeholder));
}
