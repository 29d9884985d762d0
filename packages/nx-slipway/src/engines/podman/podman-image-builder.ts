import { appendFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { hostPlatformOf } from '../../artifact/host-platform';
import { renderProblem } from '../../errors/render-problem';
import { describeProblem, SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import type { BuildRequest, BuiltImage, ImageBuilder } from '../image-builder';
import { assertSecretsReadable } from '../assert-secrets';
import { stageContexts } from '../stage-contexts';
import {
  canMakeCgroups,
  cgroupOfBuild,
  memoryCgroupOfBuild,
  moveIntoBuildCgroup,
  removeBuildCgroups,
} from './build-cgroup';
import {
  claimAbandonedFolders,
  openBuildFolder,
  removeBuildFolder,
  type BuildFolder,
  type OwnedBuildFolder,
} from './build-folder';
import { listBuildProcesses } from './build-processes';
import { buildPodmanBuildArgs } from './build-podman-args';
import { linkCacheMounts } from './cache-mounts';
import { detectPodmanVersion } from './detect-podman';
import { findLowSpace, renderDiskSpace, type FilledPlace } from '../disk-space';
import { findLockHolder } from '../find-lock-holder';
import { openOomKillCounter } from '../../scheduling/measuring/oom-kills';
import { isFullDisk } from '../step-problems/recognizer';
import { watchSilence } from '../watch-silence';
import { detectPodmanStorage } from './detect-storage';
import { prepareDockerfile } from './prepare-dockerfile';
import { followNewLayers } from './follow-new-layers';
import { followSteps, renderStepNumber, type StepFollower } from './parse-build-output';
import { describeBuildFailure, describePodmanFailure, type FailedBuild } from './podman-problems';
import { createPodmanOwnImages } from './podman-own-images';
import { removeBuildRemains, removeRunRemains } from './remove-build-remains';
import { findRestartReason, renderRestart } from './restart-reasons';
import { runPodmanBuild, type EndedBuild, type PodmanBuildRun } from './run-podman-build';

/** One build in 138 was hit while another process built and removed images without a pause (podman 4.3.1). */
const BUILD_ATTEMPTS = 3;

/** What the builder needs. */
export interface PodmanBuilderOptions {
  /** Absolute path. Processes that share it find and remove each other's leftovers. */
  readonly machineStore: string;
  readonly tools: Tools;
  /** Gets each line of podman's output, with its step's number in front. */
  readonly onLine: (line: string) => void;
  /** Whether each build gets a cgroup of its own. Default: where this process may make them. */
  readonly hasCgroups?: boolean;
}

/** Builds images with podman 4.3 or later, rootful with a cgroup for each build, rootless without. */
export function createPodmanImageBuilder(options: PodmanBuilderOptions): ImageBuilder {
  return {
    buildImage: (request) => buildImage(request, options),
    removeImages: (tags) => removeImages(tags, options.tools),
    removeLeftovers: () => removeLeftovers(options),
  };
}

async function buildImage(request: BuildRequest, options: PodmanBuilderOptions): Promise<BuiltImage> {
  const { machineStore, tools } = options;
  const version = await detectPodmanVersion(machineStore, tools);
  await assertSecretsReadable(request.secrets, tools.env);
  const folder = await openBuildFolder(machineStore, tools.signal);
  try {
    const imageId = await buildIn(folder, request, version, options);
    removeBuildCgroups(folder.id);
    await removeBuildFolder(folder);
    return { imageId };
  } catch (error) {
    await removeRemainsOfFailure(folder, options);
    throw error;
  } finally {
    await folder.release();
  }
}

async function buildIn(
  folder: BuildFolder,
  request: BuildRequest,
  version: string,
  options: PodmanBuilderOptions,
): Promise<string> {
  await warnOfLowSpace(request, options);
  const namedFolder = (number: number): string => `${folder.stagedFolder}-${number}`;
  const staged = await stageContexts(request, folder.stagedFolder, namedFolder, options.tools.signal);
  await writeFile(folder.dockerfile, await prepareDockerfile(request, staged, version));
  await writeFile(folder.ignoreFile, request.ignoreText);
  if (request.freshCaches !== true) await linkCacheMounts(options.machineStore, folder.temporaryFolder);
  const hasCgroup = options.hasCgroups ?? canMakeCgroups();
  if (!hasCgroup) options.onLine(renderProblem(describeProblem('ENGINE_BUILD_UNCONTAINED', {})));
  const args = buildPodmanBuildArgs({
    ...request,
    ...folder,
    ...staged,
    hostPlatform: hostPlatformOf(process.arch),
    cgroup: hasCgroup ? cgroupOfBuild(folder.id) : null,
  });
  await runToEnd(args, { folder, hasCgroup }, request, options);
  return (await readFile(folder.imageIdFile, 'utf8')).trim();
}

/** Starts again, from the last finished layer, where something from outside hit the build that has no fault. The time limit is for all attempts. */
async function runToEnd(
  args: readonly string[],
  { folder, hasCgroup }: { readonly folder: BuildFolder; readonly hasCgroup: boolean },
  request: BuildRequest,
  options: PodmanBuilderOptions,
): Promise<void> {
  const { tools, onLine } = options;
  const deadline = request.timeoutMs === undefined ? undefined : tools.clock.now() + request.timeoutMs;
  const oomKills = openOomKillCounter();
  for (let attempt = 1; ; attempt++) {
    const steps = followSteps();
    const timeoutMs = deadline === undefined ? undefined : Math.max(0, deadline - tools.clock.now());
    const following = { current: (): void => undefined };
    const onStart = (pid: number): void => {
      if (hasCgroup) moveIntoBuildCgroup(folder.id, pid);
      following.current = follow(request, hasCgroup ? folder : pid);
    };
    const run = { args, folder, timeoutMs, onStart, onLine };
    const ended = await runWatched(run, steps, tools).finally(() => following.current());
    const { result, ending } = ended;
    const isOver = result.status === 'ok' || ending !== 'by-itself' || attempt === BUILD_ATTEMPTS;
    const restart = isOver ? undefined : findRestartReason(result.output);
    if (restart === undefined) {
      const space = isFullDisk(result.output) ? await renderFullDisks(options) : '';
      assertBuilt(ended, steps, request, { oomKills: { ofMachine: oomKills.countSince() }, space });
      return;
    }
    onLine(renderRestart(restart));
    await removeRunRemains(folder, tools);
  }
}

/** Without a cgroup of its own a build is podman and what it has started; off Linux it runs in a virtual machine. */
function follow({ meter }: BuildRequest, where: BuildFolder | number): () => void {
  if (meter === undefined) return () => undefined;
  if (typeof where !== 'number') return meter.follow({ kind: 'cgroup', folder: memoryCgroupOfBuild(where.id) });
  if (process.platform === 'linux') return meter.follow({ kind: 'process-tree', pid: where });
  return meter.follow({ kind: 'unseen', reason: 'podman builds in a virtual machine' });
}

/** Runs podman, gives each line its step, keeps the list of finished layers, and tells when nothing comes for long. */
async function runWatched(run: PodmanBuildRun, steps: StepFollower, tools: Tools): Promise<EndedBuild> {
  const layers = followNewLayers();
  const silence = watchSilence(tools.clock, (silentMs) => {
    const facts = {
      seconds: Math.round(silentMs / 1_000),
      step: describeStepNumber(steps),
      note: describeWait(run.folder),
    };
    run.onLine(renderProblem(describeProblem('BUILD_SILENT', facts)));
  });
  const onLine = (line: string): void => {
    silence.heard();
    const layer = layers.read(line);
    // At once: this process may be killed before the build ends.
    if (layer !== undefined) appendFileSync(run.folder.layersFile, `${layer}\n`);
    run.onLine(steps.prefix(line));
  };
  try {
    return await runPodmanBuild({ ...run, onLine }, tools);
  } finally {
    silence.stop();
  }
}

/** podman waits without a word while another process holds a lock of its storage, for ever where that one is stopped. */
function describeWait(folder: BuildFolder): string {
  const holder = findLockHolder(listBuildProcesses(folder));
  return holder === undefined ? '' : ` It waits for a lock that process ${holder.pid} (${holder.command}) holds.`;
}

async function renderFullDisks(options: PodmanBuilderOptions): Promise<string> {
  return renderDiskSpace(await listFilledPlaces(options), createPodmanOwnImages(options.tools));
}

async function warnOfLowSpace({ stagedBytes }: BuildRequest, options: PodmanBuilderOptions): Promise<void> {
  if (stagedBytes === undefined) return;
  const problems = await findLowSpace(stagedBytes, await listFilledPlaces(options));
  for (const problem of problems) options.onLine(renderProblem(problem));
}

async function listFilledPlaces({ machineStore, tools }: PodmanBuilderOptions): Promise<FilledPlace[]> {
  return [
    { title: "podman's storage", path: await detectPodmanStorage(machineStore, tools) },
    { title: 'the machine store', path: machineStore },
  ];
}

function assertBuilt(
  { result, ending }: EndedBuild,
  steps: StepFollower,
  request: BuildRequest,
  facts: Pick<FailedBuild, 'oomKills' | 'space'>,
): void {
  if (result.status === 'ok') return; // Also where it was done by the time it was to be stopped.
  const step = describeStepNumber(steps);
  const details = { toolOutput: result.output };
  if (ending === 'cancelled') throw new SlipwayError('BUILD_CANCELLED', { step }, details);
  if (ending === 'timed-out') {
    throw new SlipwayError('BUILD_TIMED_OUT', { step, seconds: (request.timeoutMs ?? 0) / 1_000 }, details);
  }
  throw describeBuildFailure({ result, step: steps.current(), dockerfile: request.dockerfile, ...facts });
}

function describeStepNumber(steps: StepFollower): string {
  const current = steps.current();
  return current ? `step ${renderStepNumber(current)}` : 'the preparation of the first step';
}

async function removeImages(tags: readonly string[], tools: Tools): Promise<void> {
  if (tags.length === 0) return;
  const result = await tools.runner.run('podman', ['image', 'rm', '--ignore', ...tags], { env: tools.env });
  if (result.status !== 'ok') throw describePodmanFailure(result);
}

/** The build's own error is what counts; what cannot be removed now keeps its folder and is found by `removeLeftovers`. */
async function removeRemainsOfFailure(folder: BuildFolder, options: PodmanBuilderOptions): Promise<void> {
  try {
    await removeBuildRemains(folder, options);
  } catch (error) {
    options.onLine(`What is left of this build is removed by the next one: ${String(error)}`);
  }
}

async function removeLeftovers(options: PodmanBuilderOptions): Promise<string[]> {
  const { machineStore, tools } = options;
  const folders = await claimAbandonedFolders(machineStore, tools.signal);
  const removed: string[] = [];
  for (const folder of folders) removed.push(...(await removeOne(folder, options)));
  return removed;
}

async function removeOne(folder: OwnedBuildFolder, options: PodmanBuilderOptions): Promise<string[]> {
  const { onLine } = options;
  try {
    return await removeBuildRemains(folder, options);
  } catch (error) {
    // Somebody else's leftovers must not keep this build from running: the next run tries again.
    const facts = { folder: folder.path, reason: error instanceof Error ? error.message : String(error) };
    onLine(renderProblem(describeProblem('BUILD_LEFTOVERS_REMAIN', facts)));
    return [];
  } finally {
    await folder.release();
  }
}
