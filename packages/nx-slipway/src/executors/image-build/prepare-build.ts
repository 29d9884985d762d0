import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceImageNameOf } from '../../artifact/image-name';
import { imageTagOf, type BaseRecord, type ImageRecord } from '../../artifact/image-record';
import { OWN_OUTPUTS, readImageRecord } from '../../artifact/record-files';
import { assertCopySources } from '../../build-context/assert-copy-sources';
import { assertNothingMissing } from '../../build-context/assert-nothing-missing';
import type { BuildContext } from '../../build-context/build-context';
import { computeContentKey, type ContentKeyParts } from '../../build-context/compute-content-key';
import { NEVER_IN_CONTEXT, type ContextRequest, type FilteredTree } from '../../build-context/filtered-tree';
import { isOfPodmanOnly } from '../../build-context/ignore-file-candidates';
import { digestNarrowing, type NarrowingSubject } from '../../build-context/narrowing/digest-narrowing';
import { detectGoModuleMode } from '../../build-context/narrowing/go/detect-go-module-mode';
import type { GoModuleMode } from '../../build-context/narrowing/go/go-modules';
import type { NarrowedCopy } from '../../build-context/narrowing/parse-narrow-rule';
import { planReads, type NarrowedReads, type NarrowingMode } from '../../build-context/narrowing/plan-reads';
import { selectByRule } from '../../build-context/narrowing/select-by-rule';
import { pinBases } from '../../build-context/pin-bases';
import { describeContext } from '../../build-context/scan-build-context';
import type { PlannedRead } from '../../build-context/select-entries';
import { LOCK_FILE, listRecipes, resolveBases, triggersOfBase } from '../../build-context/slipway-lock';
import { isOfOneEngine } from '../../dockerfile/assert-engine-syntax';
import { findStampDecision } from '../../dockerfile/find-stamp-decision';
import { listCopySources, type CopySources } from '../../dockerfile/list-copy-sources';
import { listImageReferences } from '../../dockerfile/list-image-references';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import type { ParsedDockerfile } from '../../dockerfile/parsed-dockerfile';
import type { BuildSelection } from '../../dockerfile/select-stages';
import { describeProblem, SlipwayError, type Problem } from '../../errors/slipway-error';
import { ENGINE_VARIABLE, resolveEngine } from '../open-image-store';
import { findFilteredMounts } from './find-filtered-mounts';
import { findInvisibleInputs } from './find-invisible-inputs';
import { findSecretWarnings } from './find-secret-warnings';
import type { ImageBuildJob } from './image-build-options';
import { listTaskOutputs } from './list-task-outputs';
import type { PlanningGround } from './planning-ground';
import { describeNamedContexts } from './describe-named-contexts';
import { readDockerfile } from './read-dockerfile';
import { selectionOfJob } from './selection-of-job';

/** Everything that is known of a build before any engine is asked. */
export interface PreparedBuild {
  readonly job: ImageBuildJob;
  /** 64 hex characters. */
  readonly contentKey: string;
  /** What the content key is made of. */
  readonly keyParts: ContentKeyParts;
  /** The Dockerfile as it was read for the content key. */
  readonly dockerfileText: string;
  readonly buildContext: BuildContext;
  /** Additional build contexts, by name. */
  readonly namedContexts: ReadonlyMap<string, BuildContext>;
  readonly bases: readonly BaseRecord[];
  /** Names in the Dockerfile to what is taken for them: the image tags of images of this workspace, and the digests of pinned bases. */
  readonly projectImages: Readonly<Record<string, string>>;
  /** Names of these images. */
  readonly baseImages: readonly string[];
  /** Not `true` where an equal key does not promise an equal image. */
  readonly reusable: true | { readonly reason: string };
  readonly narrowing: PreparedNarrowing;
  /** What is read of the build context, narrowed where that counts. */
  readonly reads: readonly PlannedRead[];
  /** What the Dockerfile reads, of the stages that the target needs. */
  readonly sources: CopySources;
  readonly problems: readonly Problem[];
}

/** What became of the option `narrow`. */
export interface PreparedNarrowing {
  readonly status: NarrowedReads['status'];
  readonly rules: readonly NarrowedCopy[];
  /** Identifies Dockerfile and rules, as `slipway.lock.json` has it for a proof. */
  readonly digest: string;
}

/** How to prepare a build that is not made in the usual way. */
export interface PreparationOptions {
  /** Default: `proven`. */
  readonly narrowing?: NarrowingMode;
  /** In place of the target's option. */
  readonly narrow?: readonly NarrowedCopy[];
  /** The values of stamps, where these are to be in the content key. */
  readonly stampsInKey?: Readonly<Record<string, string>> | undefined;
  /** `unknown`: images of this workspace that were not built yet leave the content key without meaning, and are no error. */
  readonly missingBases?: 'unknown';
}

/**
 * Finds out all that decides an image, and its content key. Reads the Dockerfile, the build context, `slipway.lock.json` and the `image.json` of
 * images of this workspace that it is `FROM`; writes nothing but the memory of file digests.
 * @throws {SlipwayError} DOCKERFILE and CONTEXT codes, CONFIG_STAMP_DECIDES, ARTIFACT codes for the `image.json` of a base
 */
export async function prepareBuild(
  job: ImageBuildJob,
  ground: PlanningGround,
  options: PreparationOptions = {},
): Promise<PreparedBuild> {
  const dockerfileText = await readDockerfile(job);
  const dockerfile = parseDockerfile(dockerfileText, job.dockerfile);
  const { buildArgs, targetStage } = job.options;
  const selection = {
    ...selectionOfJob(job),
    stamps: Object.keys(job.options.stamps),
    onbuildOf: (reference: string) => triggersOfBase(ground.lock.bases, reference),
  };
  assertNoStampDecides(dockerfile, selection);
  const references = listImageReferences(dockerfile, selection).map(({ reference }) => reference);
  const sources = listCopySources(dockerfile, selection);
  const namedContexts = await describeNamedContexts(job, ground, sources, dockerfile);
  const narrow = options.narrow ?? job.narrow;
  const request = describeContextRequest(job, ground);
  const tree = ground.openTree(request);
  const ignoreText = tree.ignoreFile?.text ?? null;
  const narrowing = { rules: narrow, digest: digestJob(job, { dockerfileText, ignoreText, narrow }) };
  const [context, projectBases] = await Promise.all([
    selectContext(
      job,
      ground,
      { request, tree },
      { sources, goModuleMode: detectGoModuleMode(dockerfile, selection) },
      { ...narrowing, mode: options.narrowing ?? 'proven' },
    ),
    options.missingBases === 'unknown' ? NO_BASES : readProjectBases(references, job, ground),
  ]);
  const { buildContext } = context;
  const contexts = [buildContext, ...namedContexts.values()];
  const imageIds = mapValues(projectBases, ({ imageId }) => imageId);
  const { bases, warnings } = resolveBases(references, ground.pins, imageIds);
  const keyParts: ContentKeyParts = {
    platform: job.platform,
    targetStage: targetStage ?? null,
    dockerfileSha256: createHash('sha256').update(dockerfileText).digest('hex'),
    buildArgs,
    bases,
    entries: buildContext.entries,
    engineIgnoreText: buildContext.engineIgnoreText,
    namedContexts,
    ...(options.stampsInKey === undefined ? {} : { stamps: options.stampsInKey }),
    ...(job.options.refreshEpoch === undefined ? {} : { refreshEpoch: job.options.refreshEpoch }),
    ...(job.options.network === 'default' ? {} : { network: job.options.network }),
    ...(sources.syntaxOnly.some(isOfOneEngine) ? { engine: engineOf(job, ground) } : {}),
  };
  return {
    job,
    contentKey: computeContentKey(keyParts),
    keyParts,
    dockerfileText,
    buildContext,
    namedContexts,
    bases,
    projectImages: {
      ...pinBases(
        references.filter((reference) => !Object.hasOwn(projectBases, reference)),
        ground.lock,
      ),
      ...mapValues(projectBases, ({ name, imageId }) => imageTagOf(name, imageId)),
    },
    baseImages: [...new Set(Object.values(projectBases).map(({ name }) => name))],
    reusable: describeReusability(sources),
    narrowing: { ...narrowing, status: context.status },
    reads: context.reads,
    sources,
    problems: [
      ...context.problems,
      ...listInvisibleInputs(job, contexts, ground),
      ...contexts.flatMap((each) => findSecretWarnings(job, each)),
      ...warnings,
      ...contexts.flatMap((each) => [...each.notices, ...describeIgnoreFile(job, each, ground)]),
      ...(engineOf(job, ground) === 'podman' ? findFilteredMounts(sources.reads, job.dockerfile, buildContext) : []),
    ],
  };
}

/** @throws {SlipwayError} CONFIG_STAMP_DECIDES */
function assertNoStampDecides(dockerfile: ParsedDockerfile, selection: BuildSelection): void {
  const line = findStampDecision(dockerfile, selection);
  if (line === undefined) return;
  const { source } = dockerfile;
  throw new SlipwayError('CONFIG_STAMP_DECIDES', { source, line, stamps: (selection.stamps ?? []).join(', ') });
}

/** The engine that builds a job. @throws {SlipwayError} CONFIG_ENGINE_UNSUPPORTED */
function engineOf({ options }: ImageBuildJob, { place }: PlanningGround): string {
  return resolveEngine(options.engine, { env: { [ENGINE_VARIABLE]: place.engineVariable } });
}

/** docker knows no `.containerignore`; it counts there all the same, since both engines shall give one image. */
function describeIgnoreFile(job: ImageBuildJob, { ignoreFile }: BuildContext, ground: PlanningGround): Problem[] {
  if (ignoreFile === null || !isOfPodmanOnly(ignoreFile) || engineOf(job, ground) !== 'docker') return [];
  return [describeProblem('CONTEXT_IGNORE_OF_PODMAN', { file: ignoreFile })];
}

const NO_BASES: Readonly<Record<string, ImageRecord>> = {};

interface DockerfileFacts {
  readonly sources: CopySources;
  readonly goModuleMode: GoModuleMode;
}

interface NarrowingChoice {
  readonly rules: readonly NarrowedCopy[];
  readonly digest: string;
  readonly mode: NarrowingMode;
}

interface SelectedContext {
  readonly buildContext: BuildContext;
  readonly reads: readonly PlannedRead[];
  readonly status: NarrowedReads['status'];
  readonly problems: readonly Problem[];
}

interface OpenContext {
  readonly request: ContextRequest;
  readonly tree: FilteredTree;
}

function describeContextRequest(job: ImageBuildJob, { place }: PlanningGround): ContextRequest {
  return {
    workspaceRoot: job.workspaceRoot,
    contextRoot: job.buildContext,
    dockerfile: job.dockerfile,
    ownOutputs: OWN_OUTPUTS,
    taskOutputs: listTaskOutputs(job, place),
  };
}

async function selectContext(
  job: ImageBuildJob,
  ground: PlanningGround,
  { request, tree }: OpenContext,
  { sources, goModuleMode }: DockerfileFacts,
  narrowing: NarrowingChoice,
): Promise<SelectedContext> {
  const { reads, status, problems } = planReads({
    image: job.image,
    source: job.dockerfile,
    reads: sources.reads,
    narrow: narrowing.rules,
    mode: narrowing.mode,
    isProven: ground.lock.proofs[job.image]?.rule === narrowing.digest,
    selectByRule: (rule) =>
      selectByRule(rule, {
        tree,
        contextRoot: job.buildContext,
        project: { name: job.project, root: job.projectRoot },
        projects: () => ground.place.listProjects(),
        go: ground.goGroundOf(tree),
        goModuleMode,
      }),
  });
  const buildContext = await describeContext(tree, request, ground.entriesOf(tree), reads);
  assertCopySources(sources.reads, job.dockerfile, buildContext, [...NEVER_IN_CONTEXT, ...ownOutputsWithin(job)]);
  assertNothingMissing({ source: job.dockerfile, tree, reads, rules: narrowing.rules, sources, buildContext });
  return { buildContext, reads, status, problems };
}

function digestJob(
  job: ImageBuildJob,
  texts: Pick<NarrowingSubject, 'dockerfileText' | 'ignoreText' | 'narrow'>,
): string {
  const { targetStage, buildArgs } = job.options;
  return digestNarrowing({
    ...texts,
    contextRoot: job.buildContext,
    targetStage: targetStage ?? null,
    buildArgs,
    namedContexts: job.namedContexts,
  });
}

/** Warns of the files, besides those of the build context, that are in the content key and that Nx does not hash. */
function listInvisibleInputs(
  job: ImageBuildJob,
  contexts: readonly BuildContext[],
  { lock, visibility }: PlanningGround,
): Problem[] {
  const ignoreFiles = contexts.flatMap(({ ignoreFile }) => ignoreFile ?? []);
  const paths = [job.dockerfile, ...ignoreFiles, LOCK_FILE, ...listRecipes(lock)];
  const present = paths.filter((path) => existsSync(join(job.workspaceRoot, path)));
  return findInvisibleInputs(present, visibility, `${job.project}:${job.target}`);
}

/** What the Dockerfile calls an image of this workspace, to that image as it was built. */
async function readProjectBases(
  references: readonly string[],
  job: ImageBuildJob,
  { place }: PlanningGround,
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
