import type { ProcessRunner, RunResult } from '../../exec/process-runner';
import { resolveStamps } from './resolve-stamps';

/** A git that knows one commit, or none, with the commands that it was given. */
function gitWith(answers: Readonly<Record<string, string>>): { runner: ProcessRunner; commands: string[] } {
  const commands: string[] = [];
  const runner: ProcessRunner = {
    run(command, args, options) {
      commands.push([command, ...args, `in ${options?.cwd ?? ''}`].join(' '));
      const stdout = answers[args[0] ?? ''];
      const result: RunResult = {
        command,
        args,
        status: stdout === undefined ? 'failed' : 'ok',
        exitCode: stdout === undefined ? 128 : 0,
        signal: undefined,
        stdout: stdout ?? '',
        stderr: '',
        output: stdout ?? 'fatal: not a git repository',
        durationMs: 1,
      };
      return Promise.resolve(result);
    },
  };
  return { runner, commands };
}

const SHA = '0123456789abcdef0123456789abcdef01234567';

describe('resolveStamps', () => {
  it('replaces every token, and asks git once for each', async () => {
    const git = gitWith({ 'rev-parse': `${SHA}\n`, show: '2026-01-02T03:04:05+00:00\n' });
    const stamps = { A: '{commitSha}', B: 'v-{commitSha}-{commitSha}', C: '{commitDate} {commitSha}', D: 'fixed' };
    expect(await resolveStamps(stamps, '/w', git)).toEqual({
      A: SHA,
      B: `v-${SHA}-${SHA}`,
      C: `2026-01-02T03:04:05+00:00 ${SHA}`,
      D: 'fixed',
    });
    expect(git.commands).toEqual(['git rev-parse HEAD in /w', 'git show --no-patch --format=%cI HEAD in /w']);
  });

  it('asks git nothing where no stamp needs it', async () => {
    const git = gitWith({});
    expect(await resolveStamps({ A: '1', B: '{other}' }, '/w', git)).toEqual({ A: '1', B: '{other}' });
    expect(git.commands).toEqual([]);
  });

  it('says which stamps want what git cannot tell', async () => {
    await expect(resolveStamps({ A: '{commitSha}', B: 'x' }, '/w', gitWith({}))).rejects.toMatchObject({
      code: 'BUILD_STAMP_UNRESOLVED',
      problem: {
        message: 'git cannot tell {commitSha}, which the stamps A ask for.',
        toolOutput: 'fatal: not a git repository',
      },
    });
  });
});
