/** Who has to act: `user` (configuration, files), `environment` (machine, tool, network), `bug` (this plugin). */
export type Blame = 'user' | 'environment' | 'bug';

/** `error` ends the task, `warning` and `notice` are printed and the task goes on. */
export type Severity = 'error' | 'warning' | 'notice';

/** What the catalogue says of one code. `message` and `hint` may hold `{placeholders}`, filled from the facts of the case. */
export interface CatalogueEntry {
  readonly title: string;
  readonly severity: Severity;
  readonly blame: Blame;
  readonly retryable: boolean;
  readonly message: string;
  /** The next command to type or the setting to change. */
  readonly hint: string;
}

/** Declares the codes of one prefix; keeps the literal types, so that facts are checked where an error is made. */
export function defineCodes<const Codes extends Record<string, CatalogueEntry>>(codes: Codes): Codes {
  return codes;
}
