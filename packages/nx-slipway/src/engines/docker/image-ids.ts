import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../artifact/write-file-atomically';

/**
 * What docker calls an image, and its image ID. docker's containerd image store names images by the digest of their manifest, everybody
 * else by the digest of their config; a manifest has one config for ever, so what was learned once stays true.
 */
export interface ImageIds {
  /** The image ID behind a manifest's digest; `undefined` where it is not known yet. */
  configOf(manifestDigest: string): Promise<string | undefined>;
  /** What docker calls an image ID here: the manifest's digest where one is known, else the image ID itself. */
  dockerNameOf(imageId: string): Promise<string>;
  record(manifestDigest: string, imageId: string): Promise<void>;
}

/** Opens the memory in the machine store: a file for each digest, with the other one in it. */
export function openImageIds(machineStore: string): ImageIds {
  const manifests = join(machineStore, 'docker-manifests');
  const configs = join(machineStore, 'docker-configs');
  return {
    configOf: (manifestDigest) => readDigest(join(manifests, hexOf(manifestDigest))),
    dockerNameOf: async (imageId) => (await readDigest(join(configs, hexOf(imageId)))) ?? imageId,
    async record(manifestDigest, imageId) {
      if (manifestDigest === imageId) return;
      await writeFileAtomically(join(manifests, hexOf(manifestDigest)), imageId);
      await writeFileAtomically(join(configs, hexOf(imageId)), manifestDigest);
    },
  };
}

function hexOf(digest: string): string {
  return digest.replace(/^sha256:/, '').replace(/[^0-9a-zA-Z]/g, '_');
}

async function readDigest(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  return /^sha256:[0-9a-f]{64}$/.test(text) ? text : undefined;
}
