import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import { lastWordsInPodman } from '../step-problems/last-words';
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
import { renderStepNumber, type BuildStep } from './parse-build-output';
import { findLostState } from './restart-reasons';

/** What is known of a build whose podman ended with an error. */
export interface FailedBuild {
  readonly result: RunResult;
  /** The step that was announced last; `undefined` where podman ended before the first. */
  readonly step: BuildStep | undefined;
  /** As the user knows it. */
  readonly dockerfile: string;
  readonly oomKills: OomKills;
  /** Sentences about the disks, each after a blank; `''` where none is full. */
  readonly space: string;
}

/** Problems of podman on this machine, whatever the command was. Each pattern has a recorded output in `fixtures/`. */
const machineProblems: readonly Recognizer<RunResult>[] = [
  (_output, { status }) =>
    status === 'not-found' ? new SlipwayError('ENGINE_NOT_FOUND', { engine: 'podman' }) : undefined,
  (output) =>
    /no sub[ug]id ranges found for (?:user|group)|newuidmap.*not found|cannot set up namespace using "newuidmap"/i.test(
      output,
    )
      ? new SlipwayError(
          'ENGINE_ROOTLESS_UNPREPARED',
          { engine: 'podman', reason: reasonIn(output, /sub[ug]id|newuidmap/i) },
          { toolOutput: output },
        )
      : undefined,
  (output) => {
    const part =
      /could not find "([^"]+)" in one of/.exec(output)?.[1] ??
      /default OCI runtime "([^"]+)" not found/.exec(output)?.[1];
    return part === undefined
      ? undefined
      : new SlipwayError('ENGINE_PART_MISSING', { engine: 'podman', part }, { toolOutput: output });
  },
  (output) => {
    const reason =
      /^Error: (.*(?:runtime static files directory|configure storage|database configuration mismatch|opening database|invalid database).*)$/m.exec(
        output,
      )?.[1];
    return reason === undefined
      ? undefined
      : new SlipwayError('ENGINE_STORAGE_UNUSABLE', { engine: 'podman', reason }, { toolOutput: output });
  },
];

/** Problems of a build; the first that matches is the one that is reported. */
const buildProblems: readonly Recognizer<FailedBuild>[] = [
  recognizeFullDisk,
  (output) => {
    const reason = findLostState(output);
    return reason === undefined
      ? undefined
      : new SlipwayError('ENGINE_STATE_LOST', { engine: 'podman', reason }, { toolOutput: output });
  },
  recognizeDamagedImage,
  recognizeMissingBase,
  (output, { dockerfile }) => {
    const match = /checking on sources under ".*": copier: stat: "\/?([^"]+)": no such file/.exec(output);
    const instruction = /building at STEP "(.*)": checking on sources/.exec(output)?.[1] ?? '';
    return match?.[1] === undefined
      ? undefined
      : new SlipwayError('BUILD_SOURCE_MISSING', { source: match[1], instruction, dockerfile }, { toolOutput: output });
  },
  (output, { dockerfile }) => {
    const stage = /The target "([^"]*)" was not found/.exec(output)?.[1];
    return stage === undefined
      ? undefined
      : new SlipwayError('BUILD_STAGE_UNKNOWN', { stage, dockerfile }, { toolOutput: output });
  },
  (output, { dockerfile }) => {
    const reason = /(Unknown instruction: "[^"]*")/.exec(output)?.[1] ?? /Error: (no contents in) /.exec(output)?.[1];
    return reason === undefined
      ? undefined
      : new SlipwayError('BUILD_DOCKERFILE_REJECTED', { engine: 'podman', dockerfile, reason }, { toolOutput: output });
  },
  recognizeForeignBinary,
  recognizeOutOfMemory,
  recognizeNetworkFailure,
  recognizeFailedStep,
];

/** Why a build failed, as a coded error; `toolOutput` is all that podman printed. */
export function describeBuildFailure(failed: FailedBuild): SlipwayError {
  const { output } = failed.result;
  return (
    recognizeFirst(machineProblems, output, failed.result) ??
    recognizeFirst(buildProblems, output, failed) ??
    describeCommandFailure({ engine: 'podman', command: 'podman build' }, failed.result, machineProblems)
  );
}

/** Why a podman command failed, as a coded error. */
export function describePodmanFailure(result: RunResult): SlipwayError {
  const command = ['podman', ...result.args.slice(0, 2)].join(' ');
  return describeCommandFailure({ engine: 'podman', command }, result, machineProblems);
}

/** Whether every error that `podman image inspect` printed is about an image that the storage does not have. */
export function namesOnlyUnknownImages(stderr: string): boolean {
  const errors = stderr.split('\n').filter((line) => /^error/i.test(line));
  return errors.length > 0 && errors.every((line) => line.endsWith(': image not known'));
}

function recognizeFullDisk(output: string, { step, space }: FailedBuild): SlipwayError | undefined {
  if (!isFullDisk(output)) return undefined;
  return new SlipwayError('BUILD_NO_SPACE', { step: describeStep(step), account: space }, { toolOutput: output });
}

/**
 * What a power cut or a full disk leaves of an image whose files were not all written (containers/storage 1.43). podman's own list of images
 * still has it.
 */
const DAMAGE: readonly RegExp[] = [
  /^Error: .*creating read-write layer with ID "[0-9a-f]+": (Stat \S+: no such file or directory)$/m,
  /^Error: .*: (locating item named .* \(consider removing the image to resolve the issue\).*)$/m,
  /^Error: .*: (Download config\.json digest \S+ does not match expected \S+)$/m,
  /exists in local storage but may be corrupted \(remove the image to resolve the issue\): ([^"\n]*)/,
  /^Error: .*you may need to remove the image to resolve the error: (.*)$/m,
];

function recognizeDamagedImage(output: string, { step }: FailedBuild): SlipwayError | undefined {
  const reason = DAMAGE.map((pattern) => pattern.exec(output)?.[1]).find((found) => found !== undefined);
  if (reason === undefined) return undefined;
  const image = /^FROM\s+(?:--\S+\s+)*(\S+)/i.exec(step?.instruction ?? '')?.[1] ?? '<image>';
  return new SlipwayError('ENGINE_IMAGE_DAMAGED', { engine: 'podman', image, reason }, { toolOutput: output });
}

function recognizeMissingBase(output: string, { step }: FailedBuild): SlipwayError | undefined {
  const copied = /Error: (?:building at STEP ".*": )?COPY --from=(\S+): no stage or image found/.exec(output)?.[1];
  const reason = /^Error: (?:building at STEP ".*": )?creating build container: (.*)$/m.exec(output)?.[1];
  const base = /^FROM\s+(?:--\S+\s+)*(\S+)/i.exec(step?.instruction ?? '')?.[1];
  const reference = copied ?? (reason === undefined ? undefined : base);
  if (reference === undefined) return undefined;
  const isPassing = reason !== undefined && isPassingRegistryFailure(reference, reason);
  return new SlipwayError(
    isPassing ? 'ENGINE_REGISTRY_UNREACHABLE' : 'ENGINE_BASE_UNAVAILABLE',
    { engine: 'podman', reference, reason: reason ?? 'no stage and no image has that name' },
    { toolOutput: output },
  );
}

function recognizeForeignBinary(output: string, { step }: FailedBuild): SlipwayError | undefined {
  if (!/exec format error/i.test(lastLinesOf(output))) return undefined;
  return new SlipwayError('BUILD_PLATFORM_FOREIGN', { step: describeStep(step) }, { toolOutput: output });
}

/** podman itself may be refused memory too, or be killed for want of it: then there is no exit code of a step. */
function recognizeOutOfMemory(output: string, { result, step, oomKills }: FailedBuild): SlipwayError | undefined {
  const exitCode = result.signal === 'SIGKILL' ? KILLED_EXIT_CODE : findStepFailure(output, result)?.exitCode;
  const reason = findOutOfMemory(lastWordsInPodman(output), { exitCode, oomKills });
  if (reason === undefined) return undefined;
  return new SlipwayError('BUILD_STEP_OUT_OF_MEMORY', { step: describeStep(step), reason }, { toolOutput: output });
}

function recognizeNetworkFailure(output: string, { result, step }: FailedBuild): SlipwayError | undefined {
  if (!findStepFailure(output, result)) return undefined;
  const reason = findNetworkFailure(lastWordsInPodman(output));
  if (reason === undefined) return undefined;
  return new SlipwayError('BUILD_NETWORK_FAILED', { step: describeStep(step), reason }, { toolOutput: output });
}

/** The step's instruction and exit code, as podman tells them at the end; `undefined` where it was no step that failed. */
function findStepFailure(
  output: string,
  result: RunResult,
): { readonly instruction: string; readonly exitCode: number } | undefined {
  const match = /^Error: building at STEP "([\s\S]*?)": (?:while running runtime: exit status (\d+))?/m.exec(output);
  if (!match) return undefined;
  const isKilled = /^container exited on killed$/m.test(output);
  const exitCode = isKilled ? KILLED_EXIT_CODE : Number(match[2] ?? result.exitCode ?? 1);
  return { instruction: match[1] ?? '', exitCode };
}

function recognizeFailedStep(
  output: string,
  { result, step, dockerfile, oomKills }: FailedBuild,
): SlipwayError | undefined {
  const failure = findStepFailure(output, result);
  if (!failure) return undefined;
  const { exitCode } = failure;
  const instruction = shortenInstruction(step?.instruction ?? failure.instruction);
  const note = exitCode === KILLED_EXIT_CODE ? renderKill(oomKills) : '';
  return new SlipwayError(
    'BUILD_STEP_FAILED',
    { step: step ? renderStepNumber(step) : '?', instruction, exitCode, note, dockerfile },
    { toolOutput: output },
  );
}

function describeStep(step: BuildStep | undefined): string {
  return step
    ? `step ${renderStepNumber(step)} (${shortenInstruction(step.instruction)})`
    : 'the preparation of the first step';
}

/** The part of a log line that says what is wrong, without podman's time and level. */
function reasonIn(output: string, pattern: RegExp): string {
  const line = output.split('\n').find((text) => pattern.test(text)) ?? '';
  const message = /msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1]?.replaceAll('\\"', '"');
  return (message ?? line).trim();
}
