import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createProcessRunner } from '../src/exec/execa-runner';
import type { RunOptions, RunResult } from '../src/exec/process-runner';

const runner = createProcessRunner();

/** A command whose lines are streamed is run by execa, any other by Node alone: both must tell the same. */
describe.each([
  ['read at its end', {}],
  ['streamed', { onLine: () => undefined }],
] as const)('the output of a command, %s', (_, way: RunOptions) => {
  const run = runner.run.bind(runner);
  const shell = (script: string, options: RunOptions = {}): Promise<RunResult> =>
    run('/bin/sh', ['-c', script], { ...way, ...options });

  it('is both streams whole, with the exit code', async () => {
    expect(await shell('echo out; echo err >&2; exit 3')).toMatchObject({
      command: '/bin/sh',
      status: 'failed',
      exitCode: 3,
      signal: undefined,
      stdout: 'out\n',
      stderr: 'err\n',
      output: expect.stringMatching(/^(out\nerr\n|err\nout\n)$/),
    });
    expect(await shell('printf "no line end"')).toMatchObject({ status: 'ok', exitCode: 0, stdout: 'no line end' });
  });

  it('is decoded across the chunks in which it comes', async () => {
    const { stdout } = await shell(`printf '\\303'; sleep 0.2; printf '\\274'`);
    expect(stdout).toBe('ü');
  });

  it('tells a program that does not exist, and arguments that are too long', async () => {
    expect(await run('no-such-program', [], way)).toMatchObject({ status: 'not-found', exitCode: undefined });
    expect(await run('true', ['x'.repeat(4_000_000)], way)).toMatchObject({ status: 'failed', exitCode: undefined });
  });

  it('tells a signal', async () => {
    expect(await shell('kill -9 $$')).toMatchObject({ status: 'killed', exitCode: undefined, signal: 'SIGKILL' });
  });

  it('has the environment and the folder that were asked for', async () => {
    const options = { env: { GIVEN: 'yes', HOME: undefined }, cwd: tmpdir() };
    const { stdout } = await shell('echo "$GIVEN ${HOME-none} $(pwd)"; [ -n "$PATH" ]', options);
    expect(stdout).toBe(`yes none ${realpathSync(tmpdir())}\n`);
  });

  it('gives the input, also to a command that does not read it', async () => {
    expect((await shell('cat', { input: 'given' })).stdout).toBe('given');
    expect((await shell('exit 0', { input: 'x'.repeat(1_000_000) })).status).toBe('ok');
    expect((await shell('cat')).stdout).toBe('');
  });

  it('is not waited for where something that was left behind holds it open', async () => {
    const { status, stdout, durationMs } = await shell('setsid sleep 60 & echo "$!"; sleep 60', { timeoutMs: 100 });
    process.kill(Number(stdout), 'SIGKILL');
    expect(status).toBe('timed-out');
    expect(durationMs).toBeLessThan(30_000);
  });

  it('ends at the time limit and on cancel', async () => {
    expect((await shell('exec sleep 60', { timeoutMs: 100 })).status).toBe('timed-out');
    const cancellation = new AbortController();
    const running = shell('exec sleep 60', { signal: cancellation.signal, onStart: () => cancellation.abort() });
    expect((await running).status).toBe('cancelled');
    expect((await shell('exec sleep 60', { signal: cancellation.signal })).status).toBe('cancelled');
  });
});
