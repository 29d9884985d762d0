import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../../exec/process-runner';
import type { SlipwayError } from '../../errors/slipway-error';
import type { OomKills } from '../step-problems/memory-problems';
import { parseStepLine, type BuildStep } from './parse-build-output';
import { describeBuildFailure, describePodmanFailure, namesOnlyUnknownImages } from './podman-problems';

/** Real output of podman 4.3.1, standard output before standard error. */
function recorded(name: string): string {
  return readFileSync(join(__dirname, 'fixtures', `${name}.txt`), 'utf8');
}

/** The kernel killed nothing, and it is not known what the disks are like. */
const NOTHING_ELSE = { oomKills: { ofMachine: 0 }, space: '' };

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

/** What was recorded of steps, without the file's ending. */
function recordedIn(folder: string): string[] {
  return readdirSync(join(__dirname, '..', 'step-problems', 'fixtures', folder)).map((file) =>
    file.replace(/\.txt$/, ''),
  );
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
    ['killed-run', 1, 'BUILD_STEP_FAILED', 'ended with exit code 137. That is SIGKILL, and not for want of memory'],
    [
      'killed-run-child',
      137,
      'BUILD_STEP_FAILED',
      'ended with exit code 137. That is SIGKILL, and not for want of memory',
    ],
    ['missing-copy-source', 125, 'BUILD_SOURCE_MISSING', 'says "COPY nope /x", and nope is not in the build context'],
    ['unknown-instruction', 125, 'BUILD_DOCKERFILE_REJECTED', 'Unknown instruction: "FOO"'],
    ['empty-dockerfile', 125, 'BUILD_DOCKERFILE_REJECTED', 'no contents in'],
    ['unknown-stage', 125, 'BUILD_STAGE_UNKNOWN', 'no stage called "zzz"'],
    ['base-registry-refuses', 125, 'ENGINE_BASE_UNAVAILABLE', 'localhost/nosuch:1 is not on this machine'],
    ['base-registry-unresolvable', 125, 'ENGINE_BASE_UNAVAILABLE', 'docker.io/library/debian:nonesuch is not'],
    ['base-short-name-unknown', 125, 'ENGINE_BASE_UNAVAILABLE', 'nosuchshort:1 is not on this machine'],
    ['base-registry-404', 125, 'ENGINE_BASE_UNAVAILABLE', '404 (Not Found)'],
    ['base-registry-503', 125, 'ENGINE_REGISTRY_UNREACHABLE', '503 (Service Unavailable)'],
    ['base-registry-closed', 125, 'ENGINE_REGISTRY_UNREACHABLE', 'connection refused'],
    ['base-registry-reset', 125, 'ENGINE_REGISTRY_UNREACHABLE', 'connection reset by peer'],
    ['base-registry-truncated', 125, 'ENGINE_REGISTRY_UNREACHABLE', 'unexpected EOF'],
    ['copy-from-nowhere', 125, 'ENGINE_BASE_UNAVAILABLE', 'nosuch is not on this machine'],
    ['disk-full-in-step', 1, 'BUILD_NO_SPACE', 'step 2/3 (RUN head'],
    ['disk-full-in-copy', 125, 'BUILD_NO_SPACE', 'step 2/2 (COPY big'],
    ['disk-full-in-storage', 1, 'BUILD_NO_SPACE', 'step 2/2 (RUN head'],
    ['disk-full-in-commit', 125, 'BUILD_NO_SPACE', 'step 2/2 (RUN head'],
    ['disk-full-before-step', 125, 'BUILD_NO_SPACE', 'step 1/2 (FROM'],
    ['foreign-binary', 1, 'BUILD_PLATFORM_FOREIGN', 'step 3/3'],
    ['netavark-missing', 125, 'ENGINE_PART_MISSING', 'podman needs netavark'],
    ['runtime-missing', 125, 'ENGINE_PART_MISSING', 'podman needs crun'],
    ['rootless-without-subuid', 125, 'ENGINE_ROOTLESS_UNPREPARED', 'no subuid ranges found for user "nobody"'],
    ['storage-unusable', 125, 'ENGINE_STORAGE_UNUSABLE', 'creating runtime static files directory'],
    ['libpod-db-broken', 125, 'ENGINE_STORAGE_UNUSABLE', 'opening database'],
    ['layer-diff-missing', 125, 'ENGINE_IMAGE_DAMAGED', 'docker.io/library/debian:bookworm-slim are damaged'],
    ['layer-folder-missing', 125, 'ENGINE_IMAGE_DAMAGED', 'no such file or directory'],
    ['image-config-missing', 125, 'ENGINE_IMAGE_DAMAGED', 'locating item named'],
    ['image-config-empty', 125, 'ENGINE_IMAGE_DAMAGED', 'does not match expected'],
    ['layers-json-cut', 125, 'ENGINE_IMAGE_DAMAGED', 'layer not known'],
    ['state-lost-between-steps', 125, 'ENGINE_STATE_LOST', 'recording volatile-being-used status'],
    ['runtime-state-lost', 1, 'ENGINE_STATE_LOST', 'reading container state from /usr/bin/runc'],
    ['podman-crash', 2, 'ENGINE_COMMAND_FAILED', 'podman build ended with 2'],
  ])('recognises %s (exit code %i) as %s', (name, exitCode, code, message) => {
    const output = recorded(name);
    const error = describeBuildFailure({
      result: resultOf(output, exitCode),
      step: lastStepOf(output),
      dockerfile: 'web/Dockerfile',
      ...NOTHING_ELSE,
    });
    expect(error.code).toBe(code);
    expect(error.problem.message).toContain(message);
    expect(error.problem.toolOutput).toBe(output);
  });

  const describe = (name: string, oomKills: OomKills, exitCode = 1): SlipwayError =>
    describeBuildFailure({
      result: resultOf(recorded(name), exitCode),
      step: lastStepOf(recorded(name)),
      dockerfile: 'web/Dockerfile',
      oomKills,
      space: '',
    });

  it.each(recordedIn('memory'))('recognises that memory ran out in %s', (name) => {
    const error = describe(`../../step-problems/fixtures/memory/${name}`, { ofMachine: 1 });
    expect(error.code).toBe('BUILD_STEP_OUT_OF_MEMORY');
    expect(error.problem.message).toMatch(
      /^Memory ran out in step 2\/2 \(RUN .*: (?:it was refused|its process was killed)/,
    );
  });

  it.each(['shell-child-killed', 'step-itself-killed', 'go-compiler-killed', 'linker-killed', 'make-killed'])(
    'takes %s for the kill of somebody else where the kernel killed nothing',
    (name) => {
      const error = describe(`../../step-problems/fixtures/memory/${name}`, { ofMachine: 0 });
      expect(error.code).toBe('BUILD_STEP_FAILED');
    },
  );

  it('goes by a SIGKILL alone where the kernel does not tell what it killed', () => {
    expect(describe('killed-run-child', {}, 137).code).toBe('BUILD_STEP_OUT_OF_MEMORY');
  });

  it('leaves it to the step where its program came to a limit of its own', () => {
    expect(describe('../../step-problems/fixtures/not-memory/node-heap', { ofMachine: 0 }, 134).code).toBe(
      'BUILD_STEP_FAILED',
    );
  });

  it.each(recordedIn('network'))('recognises that the network failed in %s', (name) => {
    const error = describe(`../../step-problems/fixtures/network/${name}`, { ofMachine: 0 });
    expect(error.code).toBe('BUILD_NETWORK_FAILED');
    expect(error.problem.message).toContain(`${name.split('-')[0]} says "`);
  });

  it.each(recordedIn('not-network'))('takes %s for a failure of the step itself', (name) => {
    expect(describe(`../../step-problems/fixtures/not-network/${name}`, { ofMachine: 0 }).code).toBe(
      'BUILD_STEP_FAILED',
    );
  });

  it('does not take the words of an instruction for those of its program', () => {
    const output =
      'STEP 2/2: RUN echo "cannot allocate memory"; curl: (7) x; exit 3\nhello\nError: building at STEP "RUN echo "cannot allocate memory"; exit 3": while running runtime: exit status 3\n';
    const error = describeBuildFailure({
      result: resultOf(output, 3),
      step: lastStepOf(output),
      dockerfile: 'D',
      ...NOTHING_ELSE,
    });
    expect(error.code).toBe('BUILD_STEP_FAILED');
  });

  it('does not blame a full disk that a step got over long before it failed', () => {
    const output = `STEP 2/2: RUN make\nNo space left on device\n${'working\n'.repeat(50)}Error: building at STEP "RUN make": while running runtime: exit status 2\n`;
    const error = describeBuildFailure({
      result: resultOf(output, 2),
      step: lastStepOf(output),
      dockerfile: 'D',
      ...NOTHING_ELSE,
    });
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
