import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FreshWorkspace } from './fresh-workspace';
import { runToEnd, type AnsweredCommand } from './run-to-end';

const REPOSITORY = join(__dirname, '..', '..', '..');
const HASH_TASKS = join(__dirname, 'hash-tasks.cjs');

/** What image builds of the example system depend on, besides `examples/`. */
const BESIDE = ['nx.json', '.dockerignore', 'slipway.lock.json', 'tools/base-images'];

/** What decides whether images are built: what Nx says, and what the plugin says. By image, which is also its project. */
export interface ImageIdentities {
  readonly taskHashes: Readonly<Record<string, string>>;
  readonly contentKeys: Readonly<Record<string, string>>;
}

/** Copies the example system, as git has it, into a fresh workspace. Nothing is built: its images have the names of the real ones. */
export function copyExampleSystem(workspace: FreshWorkspace): void {
  const listed = execFileSync('git', ['ls-files', '-z', 'examples', ...BESIDE], { cwd: REPOSITORY, encoding: 'utf8' });
  const paths = listed.split('\0').filter(Boolean);
  workspace.write(Object.fromEntries(paths.map((path) => [path, readFromRepository(path)])));
}

/** Where nothing is built yet, a proof installs and compiles Go; what it leaves in the layer cache is what `npm run e2e` takes. */
const PROOF_LIMIT_MS = 600_000;

/** Proves images of the example system by real builds. */
export function proveExamples(workspace: FreshWorkspace, ...images: readonly string[]): AnsweredCommand {
  const limits = { cwd: workspace.root, env: workspace.environment({}), limitMs: PROOF_LIMIT_MS };
  return runToEnd('npx', ['nx-slipway', 'prove', ...images, '--engine', 'podman'], limits);
}

/** Reads a file of this repository, by its path there. */
export function readFromRepository(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}

/** Hashes of the tasks `image-build` and content keys of the images, as the workspace is now. */
export function identifyImages(workspace: FreshWorkspace): ImageIdentities {
  const planned = workspace.slipway('plan', '--json', '--engine', 'none');
  if (planned.exitCode !== 0) throw new Error(planned.output);
  const { images } = JSON.parse(planned.answer) as { images: { image: string; contentKey: string }[] };
  return {
    taskHashes: hashTasks(workspace),
    contentKeys: Object.fromEntries(images.map(({ image, contentKey }) => [image, contentKey])),
  };
}

function hashTasks(workspace: FreshWorkspace): Record<string, string> {
  const env = workspace.environment({});
  const limits = { cwd: workspace.root, env, limitMs: 60_000 };
  const { exitCode, output, answer } = runToEnd(process.execPath, [HASH_TASKS, 'image-build'], limits);
  if (exitCode !== 0) throw new Error(output);
  return JSON.parse(answer) as Record<string, string>;
}

/** The keys whose values differ between two records of the same keys, sorted. Pure. */
export function listChanged(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((key) => before[key] !== now[key]).sort();
}
