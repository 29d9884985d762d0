import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workspaceImageNameOf } from '../../artifact/image-name';
import { imageTagOf, type BaseRecord, type ImageRecord } from '../../artifact/image-record';
import { OWN_OUTPUTS, readImageRecord } from '../../artifact/record-files';
import { assertCopySources } from '../../build-context/assert-copy-sources';
import {
  LOCK_FILE,
  digestBases,
  listRecipes,
  readSlipwayLock,
  resolveBases,
  type SlipwayLock,
} from '../../build-context/slipway-lock';
import type { BuildContext } from '../../build-context/build-context';
import { computeContentKey } from '../../build-context/compute-content-key';
import { openFileDigests } from '../../build-context/file-digests';
import { openNxVisibility } from '../../build-context/nx-visibility';
import { NEVER_IN_CONTEXT, scanBuildContext } from '../../build-context/scan-build-context';
import { listCopySources, type CopySources } from '../../dockerfile/list-copy-sources';
import { listImageReferences } from '../../dockerfile/list-image-references';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import { SlipwayError, type Problem } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import type { TaskPlace } from '../task-place';
import { findInvisibleInputs } from './find-invisible-inputs';
import type { ImageBuildJob } from './image-build-options';

/** Everything that is known of a build before any engine is asked. */
export interface PreparedBuild {
  readonly job: ImageBuildJob;
  /** 64 hex characters. */
  readonly contentKey: string;
  /** The Dockerfile as it was read for the content key. */
  readonly dockerfileText: string;
  readonly buildContext: BuildContext;
  readonly bases: readonly BaseRecord[];
  /** Names in the Dockerfile that stand for images of this workspace, to their image tags. */
  readonly projectImages: Readonly<Record<string, string>>;
  /** Names of these images. */
  readonly baseImages: readonly string[];
  /** Not `true` where an equal key does not promise an equal image. */
  readonly reusable: true | { readonly reason: string };
  readonly problems: readonly Problem[];
}

/**
 * Finds out all that decides an image, and its content key. Reads the Dockerfile, the build context, `slipway.lock.json` and the `image.json` of
 * images of this workspace that it is `FROM`; writes nothing but the memory of file digests.
 * @throws {SlipwayError} DOCKERFILE and CONTEXT codes, ARTIFACT codes for the `image.json` of a base
 */
export async function prepareBuild(job: ImageBuildJob, place: TaskPlace, tools: Tools): Promise<PreparedBuild> {
  const dockerfileText = await readDockerfile(job);
  const dockerfile = parseDockerfile(dockerfileText, job.dockerfile);
  const { buildArgs, targetStage } = job.options;
  const selection = { buildArgs, targetStage, platform: job.platform };
  const references = listImageReferences(dockerfile, selection).map(({ reference }) => reference);
  const [buildContext, projectBases] = await Promise.all([
    scanContext(job, place, tools),
    readProjectBases(references, job, place),
  ]);
  const copySources = listCopySources(dockerfile, selection);
  assertCopySources(copySources.reads, job.dockerfile, buildContext, [...NEVER_IN_CONTEXT, ...ownOutputsWithin(job)]);
  const imageIds = mapValues(projectBases, ({ imageId }) => imageId);
  const lock = readSlipwayLock(job.workspaceRoot);
  const pins = digestBases(lock, job.workspaceRoot);
  const { bases, warnings } = resolveBases(references, pins, imageIds);
  return {
    job,
    contentKey: computeContentKey({
      platform: job.platform,
      targetStage: targetStage ?? null,
      dockerfileSha256: createHash('sha256').update(dockerfileText).digest('hex'),
      buildArgs,
      bases,
      entries: buildContext.entries,
      engineIgnoreText: buildContext.engineIgnoreText,
    }),
    dockerfileText,
    buildContext,
    bases,
    projectImages: mapValues(projectBases, ({ name, imageId }) => imageTagOf(name, imageId)),
    baseImages: [...new Set(Object.values(projectBases).map(({ name }) => name))],
    reusable: describeReusability(copySources),
    problems: [...listInvisibleInputs(job, buildContext, lock), ...warnings, ...buildContext.notices],
  };
}

async function readDockerfile(job: ImageBuildJob): Promise<string> {
  const path = join(job.workspaceRoot, job.dockerfile);
  const bytes = await readFile(path).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'EISDIR' ? 'is a folder' : code === 'ENOENT' ? 'does not exist' : `cannot be read (${message})`;
    throw new SlipwayError(
      'DOCKERFILE_MISSING',
      { path: job.dockerfile, project: job.project, reason },
      { cause: error },
    );
  });
  const text = bytes.toString('utf8');
  if (Buffer.from(text).equals(bytes)) return text;
  // The engine gets this text; a byte that is lost in it would make another image than the file says.
  const line = text.split('\uFFFD', 1)[0]?.split('\n').length ?? 1;
  const shown = text.split('\n')[line - 1]?.trim() ?? '';
  throw new SlipwayError('DOCKERFILE_SYNTAX_INVALID', {
    source: job.dockerfile,
    line,
    text: shown,
    reason: 'a Dockerfile is UTF-8',
  });
}

async function scanContext(job: ImageBuildJob, place: TaskPlace, tools: Tools): Promise<BuildContext> {
  const cacheName = createHash('sha256').update(join(job.workspaceRoot, job.buildContext)).digest('hex').slice(0, 24);
  const digests = openFileDigests(join(place.machineStore, 'file-digests', cacheName), tools.clock);
  const request = {
    workspaceRoot: job.workspaceRoot,
    contextRoot: job.buildContext,
    dockerfile: job.dockerfile,
    ownOutputs: OWN_OUTPUTS,
  };
  const buildContext = await scanBuildContext(request, digests);
  await digests.save();
  return buildContext;
}

/** Warns of the files, besides those of the build context, that are in the content key and that Nx does not hash. */
function listInvisibleInputs(job: ImageBuildJob, { ignoreFile }: BuildContext, lock: SlipwayLock): Problem[] {
  const paths = [job.dockerfile, ...(ignoreFile === null ? [] : [ignoreFile]), LOCK_FILE, ...listRecipes(lock)];
  const present = paths.filter((path) => existsSync(join(job.workspaceRoot, path)));
  return findInvisibleInputs(present, openNxVisibility(job.workspaceRoot), `${job.project}:${job.target}`);
}

/** What the Dockerfile calls an image of this workspace, to that image as it was built. */
async function readProjectBases(
  references: readonly string[],
  job: ImageBuildJob,
  place: TaskPlace,
): Promise<Readonly<Record<string, ImageRecord>>> {
  const bases: Record<string, ImageRecord> = {};
  for (const reference of references) {
    const name = workspaceImageNameOf(reference);
    if (name === undefined) continue;
    const builder = place.workspaceImages.find(({ image }) => image === name && image !== job.image);
    if (!builder) continue;
    const { project, target } = builder;
    bases[reference] = await readImageRecord(name, { workspaceRoot: job.workspaceRoot, project, target });
  }
  return bases;
}

/** Folders that this plugin writes, relative to the root of the build context, where they lie in it. */
function ownOutputsWithin(job: ImageBuildJob): string[] {
  const prefix = job.buildContext === '' ? '' : `${job.buildContext}/`;
  return OWN_OUTPUTS.filter((folder) => folder.startsWith(prefix)).map((folder) => folder.slice(prefix.length));
}

function describeReusability({ reusable, unkeyed }: CopySources): PreparedBuild['reusable'] {
  if (reusable) return true;
  return { reason: unkeyed.map(({ line, reason }) => `line ${line} of its Dockerfile: ${reason}`).join('; ') };
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
