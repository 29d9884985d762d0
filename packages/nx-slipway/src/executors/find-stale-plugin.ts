import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describeProblem, type Problem } from '../errors/slipway-error';
import { BUILD_ID } from '../plugin/build-id';

/** The built executors are in the file `dist/executors.js`. */
const PACKAGE_ROOT = join(__dirname, '..');

/** Notices that the graph was made by another build of this plugin than the one that runs now: Nx's daemon keeps the plugin that it loaded. */
export function findStalePlugin(target: { readonly metadata?: object }): Problem | undefined {
  const inferredBy = (target.metadata as { slipwayBuild?: string } | undefined)?.slipwayBuild;
  return BUILD_ID !== undefined && inferredBy !== undefined && BUILD_ID !== inferredBy
    ? describeProblem('CONFIG_DAEMON_STALE', { running: BUILD_ID, inferredBy })
    : undefined;
}

/**
 * Notices that the plugin's sources, where they stand beside it, are newer than what was built from them. Looks at all of them, so it
 * is asked where a run begins, and not by each of its deploys.
 */
export function findStaleBuild(): Problem | undefined {
  const sources = join(PACKAGE_ROOT, 'src');
  return existsSync(sources) && newestChangeMs(sources) > builtAtMs()
    ? describeProblem('CONFIG_BUILD_STALE', {})
    : undefined;
}

function builtAtMs(): number {
  return statSync(join(PACKAGE_ROOT, 'dist', 'build-id.json'), { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
}

function newestChangeMs(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return newestChangeMs(path);
    return entry.name.endsWith('.spec.ts') ? 0 : statSync(path).mtimeMs;
  });
  return Math.max(0, ...times);
}
