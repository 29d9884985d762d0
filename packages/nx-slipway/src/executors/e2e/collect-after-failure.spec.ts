import type { Cluster } from '../../clusters/cluster';
import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import { collectAfterFailure, runAndExplain } from './collect-after-failure';
import { describeFailure } from './describe-failure';

const cancelled: Tools = {
  runner: { run: (command) => Promise.reject(new Error(`${command} was run`)) },
  clock: { now: () => 0, sleep: () => Promise.resolve() },
  env: {},
  log: { line: () => undefined },
  signal: AbortSignal.abort(),
};

const failed: RunResult = {
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

describe('runAndExplain', () => {
  const unreachable = new SlipwayError('E2E_ENDPOINT_UNREACHABLE', {
    port: '80',
    service: 'web',
    seconds: 30,
    reason: 'it was refused',
  });

  it.each([
    ['not tests that succeed', () => Promise.resolve<RunResult>({ ...failed, status: 'ok', exitCode: 0 }), 0],
    ['after tests that fail', () => Promise.resolve(failed), 1],
    ['where an endpoint is not reached', () => Promise.reject(unreachable), 1],
    ['not for a mistake of this program', () => Promise.reject(new TypeError('x')), 0],
  ])('collects, and ends as the tests did: %s', async (_title, run, times) => {
    let collected = 0;
    const openCluster = (): Promise<Cluster> => {
      collected++;
      return Promise.resolve({ collectDiagnostics: () => Promise.resolve([]) } as Partial<Cluster> as Cluster);
    };
    const collection = { projects: ['web'], absoluteFolder: '/w/dist/d', folder: 'dist/d', openCluster };
    const settled = (ended: Promise<RunResult>): Promise<unknown> => ended.catch((error: unknown) => error);
    expect(await settled(runAndExplain(collection, run, cancelled))).toEqual(await settled(run()));
    expect(collected).toBe(times);
  });
});

describe('describeFailure', () => {
  it.each([
    [failed, 'E2E_FAILED', /ended with exit code 2\.$/],
    [{ ...failed, exitCode: undefined, signal: 'SIGKILL' }, 'E2E_FAILED', /was killed by SIGKILL\.$/],
    [{ ...failed, exitCode: undefined, status: 'not-found' }, 'E2E_FAILED', /could not be started/],
    [{ ...failed, status: 'timed-out' }, 'E2E_TIMED_OUT', /within 9 s/],
    [{ ...failed, status: 'cancelled' }, 'E2E_CANCELLED', /was cancelled\.$/],
  ] as [RunResult, string, RegExp][])('describes how the command ended: %#', (ended, code, message) => {
    const error = describeFailure(ended, { target: 'web:e2e', timeoutSeconds: 9, folder: 'dist/d' });
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
