/** One step of a build, as BuildKit numbers it: per Dockerfile stage, from 1. */
export interface DockerStep {
  /** Name of the stage, `stage-1` for one without; `null` where the Dockerfile has one stage. */
  readonly stage: string | null;
  readonly number: number;
  readonly total: number;
  /** The instruction, e.g. `RUN npm ci`. */
  readonly instruction: string;
}

/** Follows the plain progress of one build, line by line. */
export interface DockerProgress {
  /** The line with the step that it belongs to, `3/7 | added 12 packages`; `undefined` for what only BuildKit needs to know. */
  read(line: string): string | undefined;
  /** The step that failed, else the one that was started last and has not come to its end, as one that was cancelled. */
  current(): DockerStep | undefined;
}

interface Vertex {
  readonly step: DockerStep | undefined;
  readonly name: string;
}

const VERTEX_LINE = /^#(\d+) (.*)$/;
const STEP_NAME = /^\[(?:(\S+) +)?(\d+)\/(\d+)\] (.*)$/;
/** BuildKit 0.8 names a step's digest; `...` says that another step has its turn. */
const NOISE = /^(?:sha256:[0-9a-f]{64}|\.\.\.)$/;
const LOG_LINE = /^\d+\.\d+ (.*)$/;

/** The step that a vertex's name tells, if it is one of the Dockerfile. */
export function parseStepName(name: string): DockerStep | undefined {
  const [, stage, number, total, instruction] = STEP_NAME.exec(name) ?? [];
  if (number === undefined || stage === 'internal') return undefined;
  return { stage: stage ?? null, number: Number(number), total: Number(total), instruction: instruction ?? '' };
}

/** `3/7`, or `[build] 3/7` where the Dockerfile has several stages. */
export function renderStep({ stage, number, total }: DockerStep): string {
  return stage === null ? `${number}/${total}` : `[${stage}] ${number}/${total}`;
}

/** Starts at the beginning of a build's output, with `--progress=plain` of BuildKit 0.8 and later. */
export function followDockerProgress(): DockerProgress {
  const vertices = new Map<string, Vertex>();
  const running: DockerStep[] = [];
  let failed: DockerStep | undefined;
  const end = (step: DockerStep): void => {
    if (running.includes(step)) running.splice(running.indexOf(step), 1);
  };
  const note = ({ step }: Vertex, text: string): void => {
    if (step === undefined) return;
    if (/^(?:DONE |CACHED$)/.test(text)) end(step);
    if (text.startsWith('ERROR: ')) failed = step;
  };
  return {
    current: () => failed ?? running.at(-1),
    read(line) {
      const [, id, text = ''] = VERTEX_LINE.exec(line) ?? [];
      if (id === undefined) return line.trim() === '' ? undefined : line;
      const known = vertices.get(id);
      if (known === undefined) {
        const vertex = { step: parseStepName(text), name: text };
        vertices.set(id, vertex);
        if (vertex.step) running.push(vertex.step);
        return renderName(vertex);
      }
      if (text === known.name || NOISE.test(text)) return undefined;
      note(known, text);
      return renderText(known, text);
    },
  };
}

function renderName({ step, name }: Vertex): string | undefined {
  if (step) return `${renderStep(step)} | ${step.instruction}`;
  return /^(?:\[internal\]|building with|resolving provenance)/.test(name) ? undefined : name;
}

function renderText({ step, name }: Vertex, text: string): string | undefined {
  if (step) return `${renderStep(step)} | ${LOG_LINE.exec(text)?.[1] ?? text}`;
  return text.startsWith('ERROR: ') ? `${name}: ${text}` : undefined;
}
