import type { Heredoc } from './parsed-dockerfile';

/** One instruction's text: continuation lines joined, heredocs taken out of the lines that follow. */
export interface LogicalLine {
  readonly text: string;
  readonly line: number;
  readonly endLine: number;
  readonly heredocs: readonly Heredoc[];
}
