import type { Problem } from './slipway-error';

/** How many lines of a tool's output are shown with a problem; the whole stays in `toolOutput`. */
export const SHOWN_OUTPUT_LINES = 40;

/** Renders a problem for the terminal: code and message, the tool's last lines, and last the next thing to do. */
export function renderProblem(problem: Problem): string {
  const parts = [`${problem.code}  ${problem.message}`];
  if (problem.toolOutput?.trim()) {
    parts.push(lastLines(problem.toolOutput, SHOWN_OUTPUT_LINES));
  }
  parts.push(`  ${problem.hint}`);
  return parts.join('\n');
}

function lastLines(text: string, count: number): string {
  const lines = text.trimEnd().split('\n');
  return lines
    .slice(-count)
    .map((line) => `  | ${line}`)
    .join('\n');
}
