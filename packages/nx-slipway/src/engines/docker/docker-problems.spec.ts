import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../../exec/process-runner';
import { describeDockerBuildFailure, describeDockerFailure, namesOnlyUnknownImages } from './docker-problems';
import { followDockerProgress, type DockerStep } from './parse-docker-progress';

/** Real output of docker 20.10.24 (`20.10`), and of docker 28.2.2's client with buildx 0.24 and a daemon of moby 2.0.0-beta.15 (`29`). */
function recorded(name: string): string {
  return readFileSync(join(__dirname, 'fixtures', `${name}.txt`), 'utf8');
}

/** The kernel killed nothing, and it is not known what the disks are like. */
const NOTHING_ELSE = { oomKills: { ofMachine: 0 }, space: '' };

function resultOf(output: string): RunResult {
  return {
    command: 'docker',
    args: ['build', '--progress=plain'],
    status: 'failed',
    exitCode: 1,
    signal: undefined,
    stdout: '',
    stderr: output,
    output,
    durationMs: 1,
  };
}

function failedStepOf(output: string): DockerStep | undefined {
  const progress = followDockerProgress();
  for (const line of output.split('\n')) progress.read(line);
  return progress.current();
}

describe('describeDockerBuildFailure', () => {
  it.each([
    ['20.10/failing-run', 'BUILD_STEP_FAILED', 'Step 3/3 failed: "RUN echo a &&   exit 7" ended with exit code 7.'],
    ['29/failing-run', 'BUILD_STEP_FAILED', 'Step 3/3 failed: "RUN echo a &&   exit 7" ended with exit code 7.'],
    ['20.10/killed-run', 'BUILD_STEP_FAILED', 'Step [stage-1] 3/3 failed'],
    ['20.10/killed-run', 'BUILD_STEP_FAILED', 'ended with exit code 137. That is SIGKILL, and not for want of memory'],
    ['29/killed-run', 'BUILD_STEP_FAILED', 'ended with exit code 137. That is SIGKILL, and not for want of memory'],
    ['20.10/command-not-in-image', 'BUILD_STEP_FAILED', '"RUN ["/nosuch/cmd"]" ended with exit code 1.'],
    ['29/command-not-in-image', 'BUILD_STEP_FAILED', '"RUN ["/nosuch/cmd"]" ended with exit code 1.'],
    ['29/network-missing', 'BUILD_STEP_FAILED', 'network bridge not found'],
    ['20.10/missing-copy-source', 'BUILD_SOURCE_MISSING', 'says "COPY nope /x", and nope is not in the build context'],
    ['29/missing-copy-source', 'BUILD_SOURCE_MISSING', 'says "COPY nope /x", and nope is not in the build context'],
    ['20.10/unknown-instruction', 'BUILD_DOCKERFILE_REJECTED', 'unknown instruction: FOO'],
    ['29/unknown-instruction', 'BUILD_DOCKERFILE_REJECTED', 'unknown instruction: FOO'],
    ['20.10/unknown-flag', 'BUILD_DOCKERFILE_REJECTED', 'Unknown flag: parents'],
    ['20.10/empty-dockerfile', 'BUILD_DOCKERFILE_REJECTED', 'the Dockerfile cannot be empty'],
    ['29/empty-dockerfile', 'BUILD_DOCKERFILE_REJECTED', 'the Dockerfile cannot be empty'],
    ['20.10/unknown-stage', 'BUILD_STAGE_UNKNOWN', 'no stage called "zzz"'],
    ['29/unknown-stage', 'BUILD_STAGE_UNKNOWN', 'no stage called "zzz"'],
    ['20.10/base-registry-refuses', 'ENGINE_BASE_UNAVAILABLE', 'localhost/nosuch:1 is not on this machine'],
    ['29/base-registry-refuses', 'ENGINE_BASE_UNAVAILABLE', 'localhost/nosuch:1 is not on this machine'],
    ['20.10/base-registry-unresolvable', 'ENGINE_BASE_UNAVAILABLE', 'docker.io/library/debian:nonesuch is not'],
    ['20.10/copy-from-nowhere', 'ENGINE_BASE_UNAVAILABLE', 'docker.io/library/nosuch:latest is not'],
    ['29/copy-from-nowhere', 'ENGINE_BASE_UNAVAILABLE', 'docker.io/library/nosuch:latest is not'],
    ['20.10/platform-foreign', 'ENGINE_BASE_UNAVAILABLE', 'docker.io/library/debian:bookworm-slim is not'],
    ['20.10/disk-full-in-step', 'BUILD_NO_SPACE', 'step 2/2 (RUN head'],
    ['29/disk-full-in-step', 'BUILD_NO_SPACE', 'step 2/2 (RUN head'],
    ['20.10/foreign-binary', 'BUILD_PLATFORM_FOREIGN', 'step 3/3'],
    ['29/foreign-binary', 'BUILD_PLATFORM_FOREIGN', 'step 3/3'],
    ['20.10/daemon-not-running', 'ENGINE_DAEMON_UNREACHABLE', 'docker has no daemon that answers'],
    ['29/daemon-not-running', 'ENGINE_DAEMON_UNREACHABLE', 'unix:///run/docker.sock'],
    ['20.10/socket-permission', 'ENGINE_DAEMON_FORBIDDEN', 'closed to this user'],
    ['29/buildx-missing', 'ENGINE_PART_MISSING', 'docker needs docker-buildx'],
  ])('recognises %s as %s', (name, code, message) => {
    const output = recorded(name);
    const error = describeDockerBuildFailure({
      result: resultOf(output),
      step: failedStepOf(output),
      dockerfile: 'web/Dockerfile',
      ...NOTHING_ELSE,
    });
    expect(error.code).toBe(code);
    expect(error.problem.message).toContain(message);
    expect(error.problem.toolOutput).toBe(output);
  });

  it('does not blame a full disk that a step got over long before it failed', () => {
    const output = `#5 [2/2] RUN make\n#5 0.1 No space left on device\n${'#5 0.2 working\n'.repeat(50)}#5 ERROR: executor failed running [/bin/sh -c make]: exit code: 2\n`;
    const error = describeDockerBuildFailure({
      result: resultOf(output),
      step: failedStepOf(output),
      dockerfile: 'D',
      ...NOTHING_ELSE,
    });
    expect(error.code).toBe('BUILD_STEP_FAILED');
  });
});

describe('describeDockerFailure', () => {
  it('says that docker is not installed', () => {
    expect(describeDockerFailure({ ...resultOf(''), status: 'not-found' }).code).toBe('ENGINE_NOT_FOUND');
  });

  it('names the command whose failure it does not know', () => {
    const error = describeDockerFailure({ ...resultOf('no idea'), args: ['image', 'inspect', 'web'] });
    expect(error.code).toBe('ENGINE_COMMAND_FAILED');
    expect(error.problem.message).toContain('docker image inspect ended with 1');
  });
});

describe('namesOnlyUnknownImages', () => {
  it.each(['20.10/unknown-image', '29/unknown-image'])('is true for %s', (name) =>
    expect(namesOnlyUnknownImages(recorded(name))).toBe(true),
  );

  it('is false for another error, and for none', () => {
    expect(namesOnlyUnknownImages(`${recorded('29/unknown-image')}Error: disk on fire\n`)).toBe(false);
    expect(namesOnlyUnknownImages('')).toBe(false);
  });
});
