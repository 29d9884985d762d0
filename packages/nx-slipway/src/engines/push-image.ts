import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../exec/process-runner';
import type { Tools } from '../exec/tools';
import type { ImageStore } from './image-store';
import { withOwnedFolder } from './owned-folders';
import { buildPushArgs, buildRawManifestArgs, REGISTRIES_VARIABLE } from './skopeo/build-skopeo-args';
import { reasonOfSkopeoFailure } from './skopeo/skopeo-problems';

/** Which image goes where. */
export interface PushRequest {
  /** The engine has it under this reference. */
  readonly tag: string;
  /** Where it goes: registry, repository and tag. */
  readonly reference: string;
}

/** What images are pushed with. */
export interface PushOptions {
  readonly source: ImageStore;
  /** Absolute path. */
  readonly machineStore: string;
  readonly tools: Tools;
}

/** What a registry has under a reference. */
export interface PushedImage {
  /** Digest of the image's config. */
  readonly imageId: string;
  /** Sum of its layers as they are in the registry: compressed. */
  readonly bytes: number;
}

/**
 * What a registry has under a reference, in one question for a few kilobytes; the reason where it has nothing, does not answer or does
 * not tell. Credentials are those that skopeo, podman and docker know.
 */
export async function findPushedImage(
  reference: string,
  tools: Tools,
): Promise<PushedImage | { readonly reason: string }> {
  const result = await runSkopeo(buildRawManifestArgs(reference, tools.env[REGISTRIES_VARIABLE]), tools);
  if (result.status !== 'ok') return { reason: reasonOf(result) };
  return parsePushedManifest(result.stdout) ?? { reason: 'what is there is not the manifest of an image' };
}

/**
 * Pushes an image. Layers that the registry has are not sent. Its config is sent byte by byte, so the image ID stays, unless the registry takes only another
 * format: look afterwards.
 * @returns the reason where it could not be pushed
 * @throws {SlipwayError} the ENGINE codes
 */
export async function pushImage({ tag, reference }: PushRequest, options: PushOptions): Promise<string | undefined> {
  const { source, tools } = options;
  const registries = tools.env[REGISTRIES_VARIABLE];
  if (source.engine === 'podman') {
    const result = await runSkopeo(buildPushArgs(`containers-storage:${tag}`, reference, registries), tools);
    return result.status === 'ok' ? undefined : reasonOf(result);
  }
  // Not by `docker-daemon:`: skopeo 1.9 speaks an API that docker 29 no longer answers.
  const space = { machineStore: options.machineStore, parent: 'exports', lockPrefix: 'export' };
  return withOwnedFolder(space, tools.signal, async (folder) => {
    await source.saveImages([tag], createWriteStream(join(folder, 'image.tar')));
    const result = await runSkopeo(
      buildPushArgs(`docker-archive:image.tar:${tag}`, reference, registries),
      tools,
      folder,
    );
    return result.status === 'ok' ? undefined : reasonOf(result);
  });
}

/** Reads the manifest of one image, in OCI's or docker's format. `undefined` for anything else, e.g. a list of manifests. Pure. */
export function parsePushedManifest(json: string): PushedImage | undefined {
  try {
    const { config, layers } = JSON.parse(json) as RawManifest;
    if (config?.digest === undefined || layers === undefined) return undefined;
    return { imageId: config.digest, bytes: layers.reduce((sum, { size }) => sum + size, 0) };
  } catch {
    return undefined;
  }
}

interface RawManifest {
  readonly config?: { readonly digest: string };
  readonly layers?: readonly { readonly size: number }[];
}

async function runSkopeo(args: readonly string[], { runner, env, signal }: Tools, cwd?: string): Promise<RunResult> {
  const result = await runner.run('skopeo', args, { env, signal, ...(cwd === undefined ? {} : { cwd }) });
  signal.throwIfAborted();
  return result;
}

function reasonOf(result: RunResult): string {
  return result.status === 'not-found' ? 'skopeo is not installed' : reasonOfSkopeoFailure(result.stderr);
}
