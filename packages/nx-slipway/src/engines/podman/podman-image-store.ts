import type { Writable } from 'node:stream';
import type { LayerRecord } from '../../artifact/image-record';
import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import type { ImageStore, StoredImage } from '../image-store';
import type { ImageTree, ImageTrees } from '../image-trees';
import { readSavedImage } from '../read-saved-image';
import { findReferencedImage, parsePodmanImages, parsePodmanLayers } from './parse-podman-images';
import { describePodmanFailure, namesOnlyUnknownImages } from './podman-problems';

/**
 * The images in podman's storage. Every function throws {SlipwayError} ENGINE_NOT_FOUND, ENGINE_COMMAND_FAILED or the
 * ENGINE code of what is wrong with podman on this machine.
 */
export function createPodmanImageStore(tools: Tools): ImageStore & ImageTrees {
  return {
    engine: 'podman',
    findImages: (references) => findImages(references, tools),
    listLayers: (imageId) => listLayers(imageId, tools),
    saveImages: (tags, archive) => saveImages(tags, archive, tools),
    tagImage: (imageId, tags) => tagImage(imageId, tags, tools),
    readImageTree: (reference) => readImageTree(reference, tools),
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

async function saveImages(tags: readonly string[], archive: Writable, tools: Tools): Promise<void> {
  const several = tags.length > 1 ? ['--multi-image-archive'] : [];
  const result = await tools.runner.run('podman', ['save', '--quiet', ...several, ...tags], {
    env: tools.env,
    signal: tools.signal,
    outputTo: archive,
  });
  if (result.status !== 'ok') throw describePodmanFailure(result);
}

async function readImageTree(reference: string, tools: Tools): Promise<ImageTree> {
  try {
    const { config, entries } = await readSavedImage(reference, (tags, archive) => saveImages(tags, archive, tools));
    return { config, entries };
  } catch (cause) {
    if (cause instanceof SlipwayError) throw cause;
    const facts = { engine: 'podman', command: `podman save ${reference}`, reason: String(cause) };
    throw new SlipwayError('ENGINE_OUTPUT_UNREADABLE', facts, { cause });
  }
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
