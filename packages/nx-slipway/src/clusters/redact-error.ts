import { isSlipwayError } from '../errors/slipway-error';

/**
 * The same error with every text that a tool may have had a part in redacted: message, stack and tool output. Hints stay: they are
 * made of names alone, and have to be typed.
 */
export function redactError(error: unknown, redact: (text: string) => string): unknown {
  if (!(error instanceof Error) && !isSlipwayError(error)) return error;
  const message = redact(error.message);
  const stack = redact(error.stack ?? '');
  if (!isSlipwayError(error)) return Object.assign(error, { message, stack });
  const { problem } = error;
  const toolOutput = problem.toolOutput === undefined ? {} : { toolOutput: redact(problem.toolOutput) };
  return Object.assign(error, {
    message,
    stack,
    problem: { ...problem, message: redact(problem.message), ...toolOutput },
  });
}
