import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../../exec/process-runner';
import { parseStepLine, type BuildStep } from './parse-build-output';
import { describeBuildFailure, describePodmanFailure, isHitByRemoval, namesOnlyUnknownImages } from './podman-problems';

/** Real output of podman 4.3.1, standard output before standard error. */
function recorded(name: string): string {
  return readFileSync(join(__dirname, 'fixtures', `${name}.txt`), 'utf8');
}

function resultOf(output: string, exitCode: number): RunResult {
  return {
    command: 'podman',
    args: ['build', '--layers'],
    status: 'failed',
    exitCode,
    signal: undefined,
    stdout: '',
    stderr: '',
    output,
    durationMs: 1,
  };
}

function lastStepOf(output: string): BuildStep | undefined {
  return output
    .split('\n')
    .flatMap((line) => parseStepLine(line) ?? [])
    .at(-1);
}

describe('describeBuildFailure', () => {
  it.each([
    ['failing-run', 7, 'BUILD_STEP_FAILED', 'Step 2/3 failed: "RUN echo a &&   exit 7" ended with exit code 7.'],
    ['command-not-in-image', 1, 'BUILD_STEP_FAILED', '"RUN ["/nosuch/cmd"]" ended with exit code 1.'],
    ['killed-run', 1, 'BUILD_STEP_FAILED', 'ended with exit code 137. That is SIGKILL'],
    ['killed-run-child', 137, 'BUILD_STEP_FAILED', 'ended with exit code 137. That is SIGKILL'],
    ['missing-copy-source', 125, 'BUILD_SOURCE_MISSING', 'says "COPY nope /x", and nope is not in the build context'],
    ['unknown-instruction', 125, 'BUILD_DOCKERFILE_REJECTED', 'Unknown instruction: "FOO"'],
    ['empty-dockerfile', 125, 'BUILD_DOCKERFILE_REJECTED', 'no contents in'],
    ['unknown-stage', 125, 'BUILD_STAGE_UNKNOWN', 'no stage called "zzz"'],
    ['base-registry-refuses', 125, 'ENGINE_BASE_UNAVAILABLE', 'localhost/nosuch:1 is not on this machine'],
    ['base-registry-unresolvable', 125, 'ENGINE_BASE_UNAVAILABLE', 'docker.io/library/debian:nonesuch is not'],
    ['base-short-name-unknown', 125, 'ENGINE_BASE_UNAVAILABLE', 'nosuchshort:1 is not on this machine'],
    ['copy-from-nowhere', 125, 'ENGINE_BASE_UNAVAILABLE', 'nosuch is not on this machine'],
    ['disk-full-in-step', 1, 'BUILD_NO_SPACE', 'step 2/3 (RUN head'],
    ['disk-full-before-step', 125, 'BUILD_NO_SPACE', 'step 1/2 (FROM'],
    ['foreign-binary', 1, 'BUILD_PLATFORM_FOREIGN', 'step 3/3'],
    ['netavark-missing', 125, 'ENGINE_PART_MISSING', 'podman needs netavark'],
    ['runtime-missing', 125, 'ENGINE_PART_MISSING', 'podman needs crun'],
    ['rootless-without-subuid', 125, 'ENGINE_ROOTLESS_UNPREPARED', 'no subuid ranges found for user "nobody"'],
    ['storage-unusable', 125, 'ENGINE_STORAGE_UNUSABLE', 'creating runtime static files directory'],
    ['podman-crash', 2, 'ENGINE_COMMAND_FAILED', 'podman build ended with 2'],
  ])('recognises %s (exit code %i) as %s', (name, exitCode, code, message) => {
    const output = recorded(name);
    const error = describeBuildFailure({
      result: resultOf(output, exitCode),
      step: lastStepOf(output),
      dockerfile: 'web/Dockerfile',
    });
    expect(error.code).toBe(code);
    expect(error.problem.message).toContain(message);
    expect(error.problem.toolOutput).toBe(output);
  });

  it('does not blame a full disk that a step got over long before it failed', () => {
    const output = `STEP 2/2: RUN make\nNo space left on device\n${'working\n'.repeat(50)}Error: building at STEP "RUN make": while running runtime: exit status 2\n`;
    const error = describeBuildFailure({ result: resultOf(output, 2), step: lastStepOf(output), dockerfile: 'D' });
    expect(error.code).toBe('BUILD_STEP_FAILED');
  });
});

describe('describePodmanFailure', () => {
  it('says that podman is not installed', () => {
    const result: RunResult = { ...resultOf('', 0), status: 'not-found', exitCode: undefined };
    expect(describePodmanFailure(result).code).toBe('ENGINE_NOT_FOUND');
  });
});

describe('namesOnlyUnknownImages', () => {
  const unknown =
    'error inspecting object: localhost/none:2: image not known\nError: inspecting object: localhost/none:1: image not known\n';

  it('is true when podman misses images and nothing else', () => {
    expect(namesOnlyUnknownImages(unknown)).toBe(true);
  });

  it('is false for another error, and for none', () => {
    expect(namesOnlyUnknownImages(`${unknown}Error: storage is locked\n`)).toBe(false);
    expect(namesOnlyUnknownImages('')).toBe(false);
  });
});

describe('isHitByRemoval', () => {
  it('is true where an image of the layer cache was removed meanwhile', () => {
    expect(isHitByRemoval(recorded('image-removed-meanwhile'))).toBe(true);
  });

  it.each(['failing-run', 'base-short-name-unknown', 'copy-from-nowhere', 'podman-crash'])(
    'is false for %s',
    (name) => {
      expect(isHitByRemoval(recorded(name))).toBe(false);
    },
  );
});
