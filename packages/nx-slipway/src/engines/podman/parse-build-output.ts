/** One step of a build, as podman numbers it: per Dockerfile stage, from 1. */
export interface BuildStep {
  /** Absent where the Dockerfile has one stage. */
  readonly stage?: { readonly number: number; readonly total: number };
  readonly number: number;
  readonly total: number;
  /** The instruction, continuation lines joined, e.g. `RUN npm ci`. */
  readonly instruction: string;
}

const STEP_LINE = /^(?:\[(\d+)\/(\d+)\] )?STEP (\d+)\/(\d+): (.*)$/;

/** The step that a line of `podman build` announces, if it announces one. */
export function parseStepLine(line: string): BuildStep | undefined {
  const match = STEP_LINE.exec(line);
  if (!match) return undefined;
  const [, stage, stages, number, total, instruction] = match;
  return {
    ...(stage === undefined ? {} : { stage: { number: Number(stage), total: Number(stages) } }),
    number: Number(number),
    total: Number(total),
    instruction: instruction ?? '',
  };
}

/** `3/7`, or `[2/3] 3/7` where the Dockerfile has several stages. */
export function renderStepNumber(step: BuildStep): string {
  const number = `${step.number}/${step.total}`;
  return step.stage ? `[${step.stage.number}/${step.stage.total}] ${number}` : number;
}

/** Follows the output of one build, line by line. */
export interface StepFollower {
  /** The line with the number of the step that it belongs to: `3/7 | added 12 packages`. Lines before the first step stay as they are. */
  prefix(line: string): string;
  /** The step that was announced last. */
  current(): BuildStep | undefined;
}

/** Starts at the beginning of a build's output. */
export function followSteps(): StepFollower {
  let step: BuildStep | undefined;
  return {
    current: () => step,
    prefix(line) {
      const announced = parseStepLine(line);
      if (announced) step = announced;
      if (!step) return line;
      return `${renderStepNumber(step)} | ${announced ? announced.instruction : line}`;
    },
  };
}
