import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import type { Engine } from '../image-store';

const SHOWN_INSTRUCTION_LENGTH = 200;
/** Where a step's last words stand; a full disk that was overcome earlier is not why the build ended. */
const LAST_LINES = 20;

/** Knows one problem by what an engine printed; `undefined` where it is another. */
export type Recognizer<Facts> = (output: string, facts: Facts) => SlipwayError | undefined;

/** What the first recognizer that knows the problem says of it. Pure. */
export function recognizeFirst<Facts>(
  recognizers: readonly Recognizer<Facts>[],
  output: string,
  facts: Facts,
): SlipwayError | undefined {
  for (const recognize of recognizers) {
    const error = recognize(output, facts);
    if (error) return error;
  }
  return undefined;
}

/** Why a command of an engine failed: by a problem of the machine that is known, else by how it ended. Pure. */
export function describeCommandFailure(
  { engine, command }: { readonly engine: Engine; readonly command: string },
  result: RunResult,
  machineProblems: readonly Recognizer<RunResult>[],
): SlipwayError {
  const { output, exitCode, signal, status } = result;
  return (
    recognizeFirst(machineProblems, output, result) ??
    new SlipwayError(
      'ENGINE_COMMAND_FAILED',
      { engine, command, exitCode: exitCode ?? signal ?? status },
      { toolOutput: output },
    )
  );
}

/** Whether a build failed because a disk ran full. Pure. */
export function isFullDisk(output: string): boolean {
  return /no space left on device/i.test(lastLinesOf(output));
}

/** The end of an output, where what ended it stands. Pure. */
export function lastLinesOf(output: string): string {
  return output.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
}

/** An instruction as far as a message shows it. Pure. */
export function shortenInstruction(instruction: string): string {
  return instruction.length <= SHOWN_INSTRUCTION_LENGTH
    ? instruction
    : `${instruction.slice(0, SHOWN_INSTRUCTION_LENGTH)}…`;
}
