import { imageTagOf, keyTagOf, type BuildRecord, type ImageRecord } from '../../artifact/image-record';
import { openBuildMemory } from '../../build-context/build-memory';
import { compareBuilds, describeComparedBuild, REFRESH_PERIOD, renderReason } from '../../build-context/compare-builds';
import { stageBuildContext } from '../../build-context/stage-build-context';
import type { BuildRequest, BuiltImage } from '../../engines/image-builder';
import type { ImageStore } from '../../engines/image-store';
import type { Tools } from '../../exec/tools';
import { withLock, type LockSpace } from '../../scheduling/machine-lock';
import type { MemoryMeter } from '../../scheduling/measuring/memory-meter';
import type { BuildEquipment } from './build-equipment';
import type { PreparedBuild } from './prepare-build';
import { assertTriggersKnown } from './assert-triggers-known';
import { buildThroughFaults } from './build-through-faults';
import { openBuildAdmission } from './open-build-admission';
import { resolveSecrets } from './resolve-secrets';
import { resolveStamps } from './resolve-stamps';

/** What became of a build. */
export interface BuildOutcome {
  readonly record: ImageRecord;
  readonly build: BuildRecord;
  /** `reused`: the engine had the image under its key tag, nothing was built. */
  readonly status: 'built' | 'reused';
  /** Why it was built; empty for `reused`. */
  readonly reason: string;
}

/**
 * The one build function. Looks the content key up in the engine and builds only when it is not there.
 * Afterwards: the engine has the image under its key tag and its image tag, and the machine store knows that it was built
 * here. One build per content key at a time on this machine; whoever waited finds the other's image and builds nothing.
 * Writing `image.json` and `build.json` is left to the caller.
 * @throws {SlipwayError} CONTEXT codes while staging, BUILD and ENGINE codes while building
 */
export async function buildImage(prepared: PreparedBuild, equipment: BuildEquipment): Promise<BuildOutcome> {
  const { tools } = equipment;
  const space: LockSpace = { machineStore: equipment.machineStore, signal: tools.signal };
  return withLock(
    `build:${prepared.contentKey}`,
    space,
    () => reuseOrBuild(prepared, equipment),
    () => tools.log.line(`${prepared.job.image}: waiting for another process that builds the same content key`),
  );
}

async function reuseOrBuild(prepared: PreparedBuild, equipment: BuildEquipment): Promise<BuildOutcome> {
  const { reusable } = prepared;
  const present = reusable === true ? await findByKeyTag(prepared, equipment.store) : undefined;
  if (present !== undefined) return reuse(present, prepared, equipment);
  const reason = reusable === true ? await explainBuild(prepared, equipment) : reusable.reason;
  return build(prepared, reason, equipment);
}

/** What is different from the last build of this image in this workspace; where that says nothing, what the engine lacks. */
async function explainBuild(prepared: PreparedBuild, equipment: BuildEquipment): Promise<string> {
  const { job, contentKey, keyParts } = prepared;
  const lacks = `${equipment.store.engine} has no ${keyTagOf(job.image, contentKey)}`;
  const [last] = await openBuildMemory(equipment.machineStore, job.workspaceRoot).recall(job.image);
  if (!last) return lacks;
  if (last.contentKey === contentKey) return `${lacks} any more`;
  return renderReason(compareBuilds(last, describeComparedBuild(contentKey, keyParts))) || lacks;
}

async function rememberBuild({ job, contentKey, keyParts }: PreparedBuild, equipment: BuildEquipment): Promise<void> {
  const memory = openBuildMemory(equipment.machineStore, job.workspaceRoot);
  await memory.remember(job.image, describeComparedBuild(contentKey, keyParts));
}

/** With a new period of `refresh` what RUN lines fetch is to be fetched anew, which the engine's layer cache would not do. */
async function startsNewPeriod({ job, keyParts }: PreparedBuild, equipment: BuildEquipment): Promise<boolean> {
  if (keyParts.refreshEpoch === undefined) return false;
  const [last] = await openBuildMemory(equipment.machineStore, job.workspaceRoot).recall(job.image);
  return last !== undefined && last.settings[REFRESH_PERIOD] !== String(keyParts.refreshEpoch);
}

async function findByKeyTag(prepared: PreparedBuild, store: ImageStore): Promise<string | undefined> {
  const keyTag = keyTagOf(prepared.job.image, prepared.contentKey);
  const found = await store.findImages([keyTag]);
  return found.get(keyTag)?.imageId;
}

async function reuse(imageId: string, prepared: PreparedBuild, equipment: BuildEquipment): Promise<BuildOutcome> {
  const { job, contentKey, keyParts } = prepared;
  await equipment.store.tagImage(imageId, [imageTagOf(job.image, imageId)]);
  const local = await equipment.builtHere.find(contentKey);
  const stamps = keyParts.stamps ?? (local?.imageId === imageId ? local.stamps : {});
  // So that `nx-slipway gc` knows that it is used.
  if (local?.imageId === imageId) await equipment.builtHere.record(contentKey, local);
  await rememberBuild(prepared, equipment);
  return { status: 'reused', reason: '', ...(await describe(imageId, stamps, prepared, equipment)) };
}

async function build(prepared: PreparedBuild, reason: string, equipment: BuildEquipment): Promise<BuildOutcome> {
  const { job, contentKey } = prepared;
  const { store, tools } = equipment;
  const admission = await openBuildAdmission(prepared, equipment);
  const stamps = prepared.keyParts.stamps ?? (await resolveStamps(job.options.stamps, job.workspaceRoot, tools));
  const request = describeBuildRequest(prepared, stamps, [keyTagOf(job.image, contentKey)], tools);
  const noCache = await startsNewPeriod(prepared, equipment);
  const engineBuild = (meter: MemoryMeter): Promise<BuiltImage> => {
    tools.log.line(`${job.image}: building, because ${reason}`);
    return equipment.builder.buildImage({ ...request, noCache, meter });
  };
  const { imageId } = await buildThroughFaults({ image: job.image, admission, build: engineBuild }, equipment);
  await assertTriggersKnown(prepared, equipment);
  await store.tagImage(imageId, [imageTagOf(job.image, imageId)]);
  await equipment.builtHere.record(contentKey, { imageId, stamps });
  await rememberBuild(prepared, equipment);
  return { status: 'built', reason, ...(await describe(imageId, stamps, prepared, equipment)) };
}

/** A prepared build as an engine takes it: what the image is decided by comes from nowhere else. */
export function describeBuildRequest(
  prepared: PreparedBuild,
  stamps: Readonly<Record<string, string>>,
  tags: readonly string[],
  tools: Pick<Tools, 'env' | 'signal'>,
): BuildRequest {
  const { job, buildContext, namedContexts } = prepared;
  return {
    stage: (folder) => stageBuildContext(buildContext, folder, tools.signal),
    stagedBytes: buildContext.bytes,
    ignoreText: buildContext.engineIgnoreText,
    namedContexts: new Map(
      [...namedContexts].map(([name, context]) => [name, (folder) => stageBuildContext(context, folder, tools.signal)]),
    ),
    dockerfile: job.dockerfile,
    dockerfileText: prepared.dockerfileText,
    targetStage: job.options.targetStage,
    platform: job.platform,
    buildArgs: { ...job.options.buildArgs, ...stamps },
    secrets: resolveSecrets(job, tools.env),
    network: job.options.network,
    projectImages: prepared.projectImages,
    tags,
    timeoutMs: job.options.timeoutSeconds * 1_000,
  };
}

async function describe(
  imageId: string,
  stamps: Readonly<Record<string, string>>,
  prepared: PreparedBuild,
  equipment: BuildEquipment,
): Promise<{ record: ImageRecord; build: BuildRecord }> {
  const { job } = prepared;
  const contexts = [prepared.buildContext, ...prepared.namedContexts.values()];
  const layers = await equipment.store.listLayers(imageId);
  return {
    record: { schemaVersion: 1, name: job.image, imageId, platform: job.platform, layers },
    build: {
      schemaVersion: 1,
      contentKey: prepared.contentKey,
      engine: equipment.store.engine,
      stamps,
      ...(prepared.keyParts.stamps === undefined ? {} : { stampsInKey: true }),
      ...(job.configuration === undefined ? {} : { configuration: job.configuration }),
      bases: prepared.bases,
      stagedContext: {
        files: contexts.reduce((sum, { files }) => sum + files, 0),
        bytes: contexts.reduce((sum, { bytes }) => sum + bytes, 0),
      },
      widened: contexts.flatMap(({ widened }) => widened),
      ...(prepared.narrowing.status === 'proven' ? { proof: prepared.narrowing.digest } : {}),
    },
  };
}
