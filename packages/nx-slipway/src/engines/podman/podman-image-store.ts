import type { LayerRecord } from '../../artifact/image-record';
import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import type { ImageStore, StoredImage } from '../image-store';
import { findReferencedImage, parsePodmanImages, parsePodmanLayers } from './parse-podman-images';
import { describePodmanFailure, namesOnlyUnknownImages } from './podman-problems';

/**
 * The images in podman's storage. Every function throws {SlipwayError} ENGINE_NOT_FOUND, ENGINE_COMMAND_FAILED or the
 * ENGINE code of what is wrong with podman on this machine.
 */
export function createPodmanImageStore(tools: Tools): ImageStore {
  return {
    engine: 'podman',
    findImages: (references) => findImages(references, tools),
    listLayers: (imageId) => listLayers(imageId, tools),
    tagImage: (imageId, tags) => tagImage(imageId, tags, tools),
  };
}

async function findImages(references: readonly string[], tools: Tools): Promise<ReadonlyMap<string, StoredImage>> {
  if (references.length === 0) return new Map();
  const result = await runPodman(['image', 'inspect', ...references], tools);
  // podman prints what it found, and exits with 125 if anything is missing.
  if (result.status !== 'ok' && !namesOnlyUnknownImages(result.stderr)) throw describePodmanFailure(result);
  const images = parseOutput(result, () => parsePodmanImages(result.stdout));
  return new Map(
    references.flatMap((reference) => {
      const image = findReferencedImage(reference, images);
      return image ? [[reference, image] as const] : [];
    }),
  );
}

async function listLayers(imageId: string, tools: Tools): Promise<LayerRecord[]> {
  const [inspected, history] = await Promise.all([
    runPodman(['image', 'inspect', imageId], tools),
    runPodman(['history', '--no-trunc', '--format', 'json', imageId], tools),
  ]);
  const failed = [inspected, history].find(({ status }) => status !== 'ok');
  if (failed) throw describePodmanFailure(failed);
  return parseOutput(history, () => parsePodmanLayers(inspected.stdout, history.stdout));
}

async function tagImage(imageId: string, tags: readonly string[], tools: Tools): Promise<void> {
  if (tags.length === 0) return;
  const result = await runPodman(['tag', imageId, ...tags], tools);
  if (result.status !== 'ok') throw describePodmanFailure(result);
}

function runPodman(args: readonly string[], tools: Tools): Promise<RunResult> {
  return tools.runner.run('podman', args, { env: tools.env, signal: tools.signal });
}

function parseOutput<Parsed>(result: RunResult, parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (cause) {
    throw new SlipwayError(
      'ENGINE_OUTPUT_UNREADABLE',
      { engine: 'podman', command: ['podman', ...result.args].join(' '), reason: String(cause) },
      { toolOutput: result.output, cause },
    );
  }
}
