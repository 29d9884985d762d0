import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';

/** What a stamp's value may hold, and the git command that gives it. */
const TOKENS = {
  '{commitSha}': ['rev-parse', 'HEAD'],
  '{commitDate}': ['show', '--no-patch', '--format=%cI', 'HEAD'],
} as const;

/**
 * Replaces `{commitSha}` (40 hex) and `{commitDate}` (ISO 8601, of the commit) in the values of stamps. Called when a build
 * really runs, never at graph time, so that a commit does not change any hash.
 * @throws {SlipwayError} BUILD_STAMP_UNRESOLVED where git cannot tell
 */
export async function resolveStamps(
  stamps: Readonly<Record<string, string>>,
  workspaceRoot: string,
  tools: Pick<Tools, 'runner'>,
): Promise<Record<string, string>> {
  const resolved: Record<string, string> = { ...stamps };
  for (const [token, args] of Object.entries(TOKENS)) {
    const users = Object.keys(stamps).filter((name) => stamps[name]?.includes(token));
    if (users.length === 0) continue;
    const result = await tools.runner.run('git', args, { cwd: workspaceRoot });
    if (result.status !== 'ok') {
      throw new SlipwayError(
        'BUILD_STAMP_UNRESOLVED',
        { token, stamps: users.join(', ') },
        { toolOutput: result.output },
      );
    }
    for (const name of users) resolved[name] = (resolved[name] ?? '').replaceAll(token, result.stdout.trim());
  }
  return resolved;
}
