import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import { lastWordsInDocker } from '../step-problems/last-words';
import { findOutOfMemory, KILLED_EXIT_CODE, renderKill, type OomKills } from '../step-problems/memory-problems';
import { findNetworkFailure, isPassingRegistryFailure } from '../step-problems/network-problems';
import {
  describeCommandFailure,
  isFullDisk,
  lastLinesOf,
  recognizeFirst,
  shortenInstruction,
  type Recognizer,
} from '../step-problems/recognizer';
import { renderStep, type DockerStep } from './parse-docker-progress';

/** What is known of a build whose docker ended with an error. */
export interface FailedDockerBuild {
  readonly result: RunResult;
  /** The step that failed; `undefined` where the build ended before the first. */
  readonly step: DockerStep | undefined;
  /** As the user knows it. */
  readonly dockerfile: string;
  readonly oomKills: OomKills;
  /** Sentences about the disks, each after a blank; `''` where none is full. */
  readonly space: string;
}

/** Problems of docker on this machine, whatever the command was. Each pattern has a recorded output in `fixtures/`. */
const machineProblems: readonly Recognizer<RunResult>[] = [
  (_output, { status }) =>
    status === 'not-found' ? new SlipwayError('ENGINE_NOT_FOUND', { engine: 'docker' }) : undefined,
  (output) =>
    /permission denied while trying to connect to the docker (?:daemon|API)/i.test(output)
      ? new SlipwayError('ENGINE_DAEMON_FORBIDDEN', { engine: 'docker' }, { toolOutput: output })
      : undefined,
  (output) => {
    const reason = /^.*(cannot connect to the docker (?:daemon|API).*)$/im.exec(output)?.[1];
    return reason === undefined
      ? undefined
      : new SlipwayError('ENGINE_DAEMON_UNREACHABLE', { engine: 'docker', reason }, { toolOutput: output });
  },
  (output) =>
    /the buildx component is missing or broken/.test(output)
      ? new SlipwayError('ENGINE_PART_MISSING', { engine: 'docker', part: 'docker-buildx' }, { toolOutput: output })
      : undefined,
];

/** Problems of a build; the first that matches is the one that is reported. */
const buildProblems: readonly Recognizer<FailedDockerBuild>[] = [
  (output, { step, space }) =>
    isFullDisk(output)
      ? new SlipwayError('BUILD_NO_SPACE', { step: describeStep(step), account: space }, { toolOutput: output })
      : undefined,
  recognizeMissingBase,
  (output, { step, dockerfile }) => {
    const source = /failed to (?:compute cache key|solve|calculate checksum).*"\/?([^"]*)"(?:: | )not found/.exec(
      lastLinesOf(output),
    )?.[1];
    if (source === undefined) return undefined;
    const facts = { source, instruction: shortenInstruction(step?.instruction ?? 'COPY'), dockerfile };
    return new SlipwayError('BUILD_SOURCE_MISSING', facts, { toolOutput: output });
  },
  (output, { dockerfile }) => {
    const stage = /target stage "?([^"\s]+)"? could not be found/.exec(output)?.[1];
    return stage === undefined
      ? undefined
      : new SlipwayError('BUILD_STAGE_UNKNOWN', { stage, dockerfile }, { toolOutput: output });
  },
  (output, { dockerfile }) => {
    const reason =
      /^.*(?:dockerfile parse error (?:on )?line \d+: )(.*)$/im.exec(output)?.[1] ??
      /(the Dockerfile cannot be empty)/.exec(output)?.[1];
    return reason === undefined
      ? undefined
      : new SlipwayError('BUILD_DOCKERFILE_REJECTED', { engine: 'docker', dockerfile, reason }, { toolOutput: output });
  },
  (output, { step }) =>
    /exec format error/i.test(lastLinesOf(output))
      ? new SlipwayError('BUILD_PLATFORM_FOREIGN', { step: describeStep(step) }, { toolOutput: output })
      : undefined,
  recognizeOutOfMemory,
  recognizeNetworkFailure,
  recognizeFailedStep,
];

/** Why a build failed, as a coded error; `toolOutput` is all that docker printed. */
export function describeDockerBuildFailure(failed: FailedDockerBuild): SlipwayError {
  const { output } = failed.result;
  return (
    recognizeFirst(machineProblems, output, failed.result) ??
    recognizeFirst(buildProblems, output, failed) ??
    describeCommandFailure({ engine: 'docker', command: 'docker build' }, failed.result, machineProblems)
  );
}

/** Why a docker command failed, as a coded error. */
export function describeDockerFailure(result: RunResult): SlipwayError {
  const command = ['docker', ...result.args.slice(0, 2)].join(' ');
  return describeCommandFailure({ engine: 'docker', command }, result, machineProblems);
}

/** Whether every error that a command on images printed is about an image that the storage does not have. */
export function namesOnlyUnknownImages(stderr: string): boolean {
  const errors = stderr.split('\n').filter((line) => /^error/i.test(line));
  return errors.length > 0 && errors.every((line) => /: no such image: /i.test(line));
}

/** A step's number and instruction, for messages. */
export function describeStep(step: DockerStep | undefined): string {
  return step
    ? `step ${renderStep(step)} (${shortenInstruction(step.instruction)})`
    : 'the preparation of the first step';
}

/** The registry's answer stands with the vertex that asked it: the image's metadata, or in BuildKit 0.8 the `FROM` of a `COPY --from`. */
function recognizeMissingBase(output: string): SlipwayError | undefined {
  const vertex = /^#(\d+) (?:\[internal\] load metadata for|FROM) (\S+)$/gm;
  for (const [, id = '', reference = ''] of output.matchAll(vertex)) {
    const reason = new RegExp(`^#${id} ERROR: (.*)$`, 'm').exec(output)?.[1];
    if (reason === undefined) continue;
    const facts = { engine: 'docker', reference, reason: reason.trim() };
    const isPassing = isPassingRegistryFailure(reference, reason);
    const code = isPassing ? 'ENGINE_REGISTRY_UNREACHABLE' : 'ENGINE_BASE_UNAVAILABLE';
    return new SlipwayError(code, facts, { toolOutput: output });
  }
  return undefined;
}

function recognizeOutOfMemory(output: string, { step, oomKills }: FailedDockerBuild): SlipwayError | undefined {
  const failure = findStepFailure(output);
  if (!failure) return undefined;
  const reason = findOutOfMemory(lastWordsInDocker(output), { exitCode: failure.exitCode, oomKills });
  if (reason === undefined) return undefined;
  return new SlipwayError('BUILD_STEP_OUT_OF_MEMORY', { step: describeStep(step), reason }, { toolOutput: output });
}

function recognizeNetworkFailure(output: string, { step }: FailedDockerBuild): SlipwayError | undefined {
  if (!findStepFailure(output)) return undefined;
  const reason = findNetworkFailure(lastWordsInDocker(output));
  if (reason === undefined) return undefined;
  return new SlipwayError('BUILD_NETWORK_FAILED', { step: describeStep(step), reason }, { toolOutput: output });
}

/** `executor failed running […]: exit code: 7` (BuildKit 0.8), `process "…" did not complete successfully: exit code: 7` (0.10 and later). */
function findStepFailure(
  output: string,
): { readonly exitCode: number | undefined; readonly reason: string | undefined } | undefined {
  const match = /(?:executor failed running \[.*\]|did not complete successfully): (?:exit code: (\d+)|(.*))$/m.exec(
    output,
  );
  if (!match) return undefined;
  const [, code, reason] = match;
  return { exitCode: code === undefined ? undefined : Number(code), reason };
}

function recognizeFailedStep(
  output: string,
  { step, dockerfile, oomKills }: FailedDockerBuild,
): SlipwayError | undefined {
  const failure = findStepFailure(output);
  if (!failure) return undefined;
  const { exitCode, reason } = failure;
  const killed = exitCode === KILLED_EXIT_CODE ? renderKill(oomKills) : '';
  return new SlipwayError(
    'BUILD_STEP_FAILED',
    {
      step: step ? renderStep(step) : '?',
      instruction: shortenInstruction(step?.instruction ?? ''),
      exitCode: exitCode ?? 'an error of the engine',
      note: reason === undefined ? killed : ` It says: ${reason}.`,
      dockerfile,
    },
    { toolOutput: output },
  );
}
