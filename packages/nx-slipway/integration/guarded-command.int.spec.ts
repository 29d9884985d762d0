import { createProcessRunner } from '../src/exec/execa-runner';
import type { RunResult } from '../src/exec/process-runner';
import { buildGuardedArgs } from '../src/executors/e2e/build-guarded-args';

// That the tests end with an executor that is killed is shown with a real one: packages/nx-slipway-e2e, interrupted-runs.
describe('A guarded test command', () => {
  const run = (command: string, ...args: string[]): Promise<RunResult> =>
    createProcessRunner().run('/bin/sh', buildGuardedArgs(command, args), {
      ownProcessGroup: true,
      lifeline: true,
      onLine: () => undefined,
    });

  it('gets its further arguments as they are', async () => {
    const { stdout, exitCode } = await run(`true && printf '<%s>'`, 'a b', '$HOME', '"', '');
    expect({ stdout, exitCode }).toEqual({ stdout: '<a b><$HOME><"><>', exitCode: 0 });
  });

  it.each([
    ['exit 3', 3],
    ['exec false', 1],
    ['kill -9 $$', 137],
    ['no-such-program', 127],
  ])('ends as %s does, with no guard left that would keep its streams open', async (command, exitCode) => {
    const result = await run(command);
    expect(result.exitCode).toBe(exitCode);
    expect(result.durationMs).toBeLessThan(3_000);
  });

  it('cannot read from, or close, what the guard listens on', async () => {
    expect((await run('readlink /proc/self/fd/3 || echo nothing')).stdout).toBe('nothing\n');
  });

  it('may read its standard input, which is empty', async () => {
    expect((await run('cat; echo read')).stdout).toBe('read\n');
  });
});
