import type { Cluster } from '../../clusters/cluster';
import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import { collectAfterFailure } from './collect-after-failure';
import { describeFailure } from './describe-failure';

const cancelled: Tools = {
  runner: { run: (command) => Promise.reject(new Error(`${command} was run`)) },
  clock: { now: () => 0, sleep: () => Promise.resolve() },
  env: {},
  log: { line: () => undefined },
  signal: AbortSignal.abort(),
};

/** Collects with a cluster that does this, in a task that was cancelled. */
function collectWith(collectDiagnostics: (tools: Tools) => Promise<readonly string[]>) {
  const openCluster = (tools: Tools): Promise<Cluster> =>
    Promise.resolve({ collectDiagnostics: () => collectDiagnostics(tools) } as Partial<Cluster> as Cluster);
  const request = { projects: ['web'], absoluteFolder: '/w/dist/d', folder: 'dist/d', openCluster };
  return collectAfterFailure(request, cancelled);
}

describe('collectAfterFailure', () => {
  it('collects with a signal that the cancelled task has not aborted', async () => {
    const collect = ({ signal }: Tools): Promise<readonly string[]> => {
      signal.throwIfAborted();
      return Promise.resolve([]);
    };
    expect(await collectWith(collect)).toBeUndefined();
  });

  it('turns an error into a warning that tells its reason and what the tool printed', async () => {
    const facts = { token: '{commitSha}', stamps: 'A' };
    const error = new SlipwayError('BUILD_STAMP_UNRESOLVED', facts, { toolOutput: 'printed' });
    expect(await collectWith(() => Promise.reject(error))).toMatchObject({
      code: 'E2E_DIAGNOSTICS_INCOMPLETE',
      severity: 'warning',
      message: 'What is in dist/d is not complete: git cannot tell {commitSha}, which the stamps A ask for.',
      toolOutput: 'printed',
    });
  });
});

describe('describeFailure', () => {
  const result: RunResult = {
    command: 'sh',
    args: [],
    status: 'failed',
    exitCode: 2,
    signal: undefined,
    stdout: '',
    stderr: '',
    output: '',
    durationMs: 1,
  };

  it.each([
    [result, 'E2E_FAILED', /ended with exit code 2\.$/],
    [{ ...result, exitCode: undefined, signal: 'SIGKILL' }, 'E2E_FAILED', /was killed by SIGKILL\.$/],
    [{ ...result, exitCode: undefined, status: 'not-found' }, 'E2E_FAILED', /could not be started/],
    [{ ...result, status: 'timed-out' }, 'E2E_TIMED_OUT', /within 9 s/],
    [{ ...result, status: 'cancelled' }, 'E2E_CANCELLED', /was cancelled\.$/],
  ] as [RunResult, string, RegExp][])('describes how the command ended: %#', (ended, code, message) => {
    const error = describeFailure(ended, { target: 'web:e2e', timeoutSeconds: 9, folder: 'dist/d' });
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
