import type { Tools } from '../../../exec/tools';
import { GIT_LOG_FORMAT, parseGitLog, type ChangeHistory } from './change-history';

/**
 * What the last commits of the current branch changed in the workspace; a merge counts as one commit with all that it brought, as
 * whoever builds each state of the branch sees it. Without git, or outside of a repository, it is unknown, and says why.
 */
export async function readChangeHistory(
  workspaceRoot: string,
  commits: number,
  { runner, env, signal }: Pick<Tools, 'runner' | 'env' | 'signal'>,
): Promise<ChangeHistory> {
  const options = { cwd: workspaceRoot, env: { ...env, LC_ALL: 'C' }, signal };
  const scope = ['--first-parent', '-m', '--name-only', '--no-renames', '-z', '--relative', '--', '.'];
  const log = await runner.run('git', ['log', `--max-count=${commits}`, GIT_LOG_FORMAT, ...scope], options);
  if (log.status === 'not-found') return { status: 'unknown', reason: 'git is not installed' };
  if (log.status !== 'ok') {
    const [said = 'git log failed'] = log.stderr.trim().split('\n');
    return { status: 'unknown', reason: `git says "${said}"` };
  }
  const parsed = parseGitLog(log.stdout);
  if (parsed.length >= commits) return { status: 'known', commits: parsed, limit: null };
  const shallow = await runner.run('git', ['rev-parse', '--is-shallow-repository'], options);
  const isShallow = shallow.stdout.trim() === 'true';
  const limit = isShallow ? `the clone is shallow and ends after ${parsed.length}: git fetch --unshallow` : null;
  return { status: 'known', commits: parsed, limit };
}
