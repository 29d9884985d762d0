import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { hostPlatformOf } from '../../artifact/host-platform';
import { renderProblem } from '../../errors/render-problem';
import { describeProblem, SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import { assertSecretsReadable } from '../assert-secrets';
import { guardByParent } from '../guard-by-parent';
import { stageContexts } from '../stage-contexts';
import { isVersionAtLeast } from '../version-order';
import type { BuildRequest, BuiltImage, ImageBuilder } from '../image-builder';
import { findLowSpace, renderDiskSpace } from '../disk-space';
import { openOomKillCounter } from '../../scheduling/measuring/oom-kills';
import { watchSilence } from '../watch-silence';
import {
  claimAbandonedFolders,
  openOwnedFolder,
  removeFolder,
  type FolderSpace,
  type OwnedFolder,
} from '../owned-folders';
import { isFullDisk } from '../step-problems/recognizer';
import { buildDockerBuildArgs } from './build-docker-args';
import {
  describeDockerBuildFailure,
  describeDockerFailure,
  describeStep,
  namesOnlyUnknownImages,
  type FailedDockerBuild,
} from './docker-problems';
import { createDockerOwnImages } from './docker-own-images';
import { BUILDX_CLIENT_VERSION, detectDockerVersions, type DockerVersions } from './docker-version';
import { openImageIds } from './image-ids';
import { followDockerProgress, type DockerProgress } from './parse-docker-progress';
import { prepareDockerDockerfile } from './prepare-docker-dockerfile';

/** What the builder needs. */
export interface DockerBuilderOptions {
  /** Absolute path. Processes that share it find and remove each other's leftovers. */
  readonly machineStore: string;
  readonly tools: Tools;
  /** Gets each line of docker's output that is worth reading, with its step's number in front. */
  readonly onLine: (line: string) => void;
}

/** Files of one build, all within its folder. */
interface BuildFiles {
  readonly stagedFolder: string;
  readonly dockerfile: string;
  readonly ignoreFile: string;
  readonly imageIdFile: string;
  readonly metadataFile: string;
  readonly temporaryFolder: string;
}

/** What buildx writes about a build (buildx 0.10 and later); a daemon before docker 25 names the config in `containerimage.digest`. */
const metadataSchema = z.object({
  'containerimage.config.digest': z.string().optional(),
  'containerimage.digest': z.string(),
});

/**
 * Builds images with docker 20.10 and later through BuildKit: the one in the client where that has one, else buildx. All of a build
 * that lies outside of the daemon is in one folder; what is in the daemon ends with the client.
 */
export function createDockerImageBuilder(options: DockerBuilderOptions): ImageBuilder {
  return {
    buildImage: (request) => buildImage(request, options),
    removeImages: (tags) => removeImages(tags, options.tools),
    removeLeftovers: () => removeLeftovers(options),
  };
}

async function buildImage(request: BuildRequest, options: DockerBuilderOptions): Promise<BuiltImage> {
  const { machineStore, tools } = options;
  const versions = await detectDockerVersions(tools);
  assertTakesNamedContexts(request, versions);
  await assertSecretsReadable(request.secrets, tools.env);
  const folder = await openOwnedFolder(spaceIn(machineStore), tools.signal);
  try {
    const files = filesOf(folder);
    await warnOfLowSpace(request, options);
    const namedFolder = (number: number): string => `${files.stagedFolder}-${number}`;
    const staged = await stageContexts(request, files.stagedFolder, namedFolder, tools.signal);
    await mkdir(files.temporaryFolder);
    await writeFile(files.dockerfile, prepareDockerDockerfile(request, versions.server, folder.id));
    await writeFile(files.ignoreFile, request.ignoreText);
    const plan = {
      ...request,
      ...files,
      ...staged,
      frontEnd: versions.frontEnd,
      hostPlatform: hostPlatformOf(process.arch),
    };
    await runDockerBuild(buildDockerBuildArgs({ ...plan, buildArgs: withFixedTime(request) }), files, request, options);
    return { imageId: await readImageId(files, machineStore) };
  } finally {
    await removeFolder(folder.path);
    await folder.release();
  }
}

/** @throws {SlipwayError} ENGINE_NAMED_CONTEXTS_UNSUPPORTED */
function assertTakesNamedContexts({ namedContexts }: BuildRequest, { client, server, frontEnd }: DockerVersions): void {
  if (!namedContexts || namedContexts.size === 0) return;
  const isNew = !/^\d/.test(server) || isVersionAtLeast(server, BUILDX_CLIENT_VERSION);
  if (frontEnd === 'buildx' && isNew) return;
  const names = [...namedContexts.keys()].join(', ');
  throw new SlipwayError('ENGINE_NAMED_CONTEXTS_UNSUPPORTED', {
    names,
    client,
    server,
    minimum: BUILDX_CLIENT_VERSION,
  });
}

/**
 * BuildKit asks for the content of a file only where name, size, mode or time differ from what a folder of the same name had
 * before. Staged files all have one time, so the staged folder must have a name that no other build's had: with the same name, a
 * changed file of the same size gave the image of the old one (seen with docker 20.10; buildx compares the last part of the path).
 */
function filesOf({ id, path }: OwnedFolder): BuildFiles {
  return {
    stagedFolder: join(path, id),
    dockerfile: join(path, 'Dockerfile'),
    // BuildKit takes the ignore file that is named after the Dockerfile before any in the build context.
    ignoreFile: join(path, 'Dockerfile.dockerignore'),
    imageIdFile: join(path, 'image-id'),
    metadataFile: join(path, 'metadata.json'),
    temporaryFolder: join(path, 'tmp'),
  };
}

/** A Dockerfile that declares the argument, or a project that sets it, decides for itself. */
function withFixedTime({ buildArgs, dockerfileText }: BuildRequest): Readonly<Record<string, string>> {
  const name = 'SOURCE_DATE_EPOCH';
  return dockerfileText.includes(name) ? buildArgs : { [name]: '0', ...buildArgs };
}

/** How much docker's storage has left takes a call to the daemon to know: that is told when it is full. */
async function warnOfLowSpace({ stagedBytes }: BuildRequest, options: DockerBuilderOptions): Promise<void> {
  if (stagedBytes === undefined) return;
  const problems = await findLowSpace(stagedBytes, [{ title: 'the machine store', path: options.machineStore }]);
  for (const problem of problems) options.onLine(renderProblem(problem));
}

/** The client runs in a session of its own, so that a Ctrl-C in the terminal reaches only us; when it ends, BuildKit ends the build. */
async function runDockerBuild(
  args: readonly string[],
  files: BuildFiles,
  request: BuildRequest,
  options: DockerBuilderOptions,
): Promise<void> {
  // What a daemon starts for a build is not below this process; and a cgroup of a build's own, which BuildKit takes for a part of each step's key, would cost its
  // layer cache (decision 22).
  request.meter?.follow({ kind: 'unseen', reason: 'docker builds in its daemon' });
  const { tools, onLine } = options;
  const progress = followDockerProgress();
  const oomKills = openOomKillCounter();
  const silence = watchSilence(tools.clock, (silentMs) => {
    const facts = { seconds: Math.round(silentMs / 1_000), step: describeStep(progress.current()), note: '' };
    onLine(renderProblem(describeProblem('BUILD_SILENT', facts)));
  });
  const guarded = await guardByParent('docker', args, tools);
  const running = tools.runner.run(guarded.command, guarded.args, {
    // BUILDX_BUILDER could name a builder whose images docker does not have.
    env: { ...tools.env, DOCKER_BUILDKIT: '1', BUILDX_BUILDER: undefined, TMPDIR: files.temporaryFolder },
    ownProcessGroup: true,
    signal: tools.signal,
    timeoutMs: request.timeoutMs,
    onLine: (line) => {
      silence.heard();
      const shown = progress.read(line);
      if (shown !== undefined) onLine(shown);
    },
  });
  const result = await running.finally(() => silence.stop());
  // The kernel of a daemon elsewhere is not this one.
  const isHere = (tools.env['DOCKER_HOST'] ?? 'unix:').startsWith('unix:');
  const ofMachine = isHere ? oomKills.countSince() : undefined;
  const space = isFullDisk(result.output) ? await renderFullDisks(options) : '';
  assertBuilt(result, progress, request, { oomKills: { ofMachine }, space });
}

/** Only a daemon on this machine has its storage here. */
async function renderFullDisks({ machineStore, tools }: DockerBuilderOptions): Promise<string> {
  const asked = await tools.runner.run('docker', ['info', '--format', '{{.DockerRootDir}}'], { env: tools.env });
  const places = [
    { title: "docker's storage", path: asked.status === 'ok' ? asked.stdout.trim() : undefined },
    { title: 'the machine store', path: machineStore },
  ];
  return renderDiskSpace(places, createDockerOwnImages(tools));
}

function assertBuilt(
  result: RunResult,
  progress: DockerProgress,
  request: BuildRequest,
  facts: Pick<FailedDockerBuild, 'oomKills' | 'space'>,
): void {
  if (result.exitCode === 0) return; // Also where it was done by the time it was to be stopped.
  const current = progress.current();
  const step = describeStep(current);
  const details = { toolOutput: result.output };
  if (result.status === 'cancelled') throw new SlipwayError('BUILD_CANCELLED', { step }, details);
  if (result.status === 'timed-out') {
    throw new SlipwayError('BUILD_TIMED_OUT', { step, seconds: (request.timeoutMs ?? 0) / 1_000 }, details);
  }
  throw describeDockerBuildFailure({ result, step: current, dockerfile: request.dockerfile, ...facts });
}

/** The config's digest; what the containerd image store calls the image instead is remembered. */
async function readImageId(files: BuildFiles, machineStore: string): Promise<string> {
  const written = (await readFile(files.imageIdFile, 'utf8')).trim();
  const metadata = await readFile(files.metadataFile, 'utf8').catch(() => undefined); // Only buildx writes it.
  if (metadata === undefined) return written;
  const parsed = metadataSchema.parse(JSON.parse(metadata));
  const imageId = parsed['containerimage.config.digest'];
  if (imageId === undefined) return written;
  await openImageIds(machineStore).record(parsed['containerimage.digest'], imageId);
  return imageId;
}

async function removeImages(tags: readonly string[], tools: Tools): Promise<void> {
  if (tags.length === 0) return;
  const result = await tools.runner.run('docker', ['image', 'rm', ...tags], { env: tools.env });
  if (result.status !== 'ok' && !namesOnlyUnknownImages(result.stderr)) throw describeDockerFailure(result);
}

/** Folders of builds whose process was killed; their clients died with it, and their steps with the clients. */
async function removeLeftovers({ machineStore, tools, onLine }: DockerBuilderOptions): Promise<string[]> {
  const removed: string[] = [];
  for (const folder of await claimAbandonedFolders(spaceIn(machineStore), tools.signal)) {
    try {
      await removeFolder(folder.path);
      removed.push(`folder ${folder.path}`);
    } catch (error) {
      // Somebody else's leftovers must not keep this build from running: the next run tries again.
      const facts = { folder: folder.path, reason: error instanceof Error ? error.message : String(error) };
      onLine(renderProblem(describeProblem('BUILD_LEFTOVERS_REMAIN', facts)));
    } finally {
      await folder.release();
    }
  }
  return removed;
}

function spaceIn(machineStore: string): FolderSpace {
  return { machineStore, parent: 'docker-builds', lockPrefix: 'docker-build' };
}
