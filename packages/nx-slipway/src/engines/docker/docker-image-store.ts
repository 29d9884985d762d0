import type { Writable } from 'node:stream';
import type { LayerRecord } from '../../artifact/image-record';
import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import type { ImageStore, StoredImage } from '../image-store';
import type { ImageTree, ImageTrees } from '../image-trees';
import { readSavedImage } from '../read-saved-image';
import { describeDockerFailure, namesOnlyUnknownImages } from './docker-problems';
import { openImageIds, type ImageIds } from './image-ids';
import { findDockerImage, parseDockerImages, parseDockerLayers, type DockerImage } from './parse-docker-images';

/** What the store needs. */
export interface DockerStoreOptions {
  /** Absolute path. */
  readonly machineStore: string;
  readonly tools: Tools;
}

type KnownImage = DockerImage & { readonly imageId: string };

/**
 * The images in docker's storage, by their image IDs also in the containerd image store. Every function throws {SlipwayError}
 * ENGINE_NOT_FOUND, ENGINE_COMMAND_FAILED or the ENGINE code of what is wrong with docker on this machine.
 */
export function createDockerImageStore({ machineStore, tools }: DockerStoreOptions): ImageStore & ImageTrees {
  const docker = new DockerStorage(openImageIds(machineStore), tools);
  return {
    engine: 'docker',
    findImages: (references) => docker.findImages(references),
    listLayers: (imageId) => docker.listLayers(imageId),
    saveImages: (tags, archive) => docker.saveImages(tags, archive),
    tagImage: (imageId, tags) => docker.tagImage(imageId, tags),
    readImageTree: (reference) => docker.readImageTree(reference),
  };
}

class DockerStorage {
  constructor(
    private readonly ids: ImageIds,
    private readonly tools: Tools,
  ) {}

  async findImages(references: readonly string[]): Promise<ReadonlyMap<string, StoredImage>> {
    const found = await this.inspect(references);
    return new Map(
      [...found].map(([reference, { imageId, platform, tags, labels, onbuild }]) => [
        reference,
        { imageId, platform, tags, labels, onbuild },
      ]),
    );
  }

  async listLayers(imageId: string): Promise<LayerRecord[]> {
    const name = await this.ids.dockerNameOf(imageId);
    const [images, history] = await Promise.all([
      this.inspect([imageId]),
      this.run(['history', '--no-trunc', '--human=false', '--format', '{{json .}}', name]),
    ]);
    if (history.status !== 'ok') throw describeDockerFailure(history);
    const diffIds = images.get(imageId)?.diffIds ?? [];
    const layers = parseOutput(history, () => parseDockerLayers(diffIds, history.stdout));
    if (layers !== undefined) return layers;
    const { layerBytes } = await this.readSaved(name);
    return diffIds.map((diffId, index) => ({ diffId, bytes: layerBytes[index] ?? 0 }));
  }

  async tagImage(imageId: string, tags: readonly string[]): Promise<void> {
    const name = await this.ids.dockerNameOf(imageId);
    for (const tag of tags) {
      const result = await this.run(['tag', name, tag]);
      if (result.status !== 'ok') throw describeDockerFailure(result);
    }
  }

  async saveImages(tags: readonly string[], archive: Writable): Promise<void> {
    const { runner, env, signal } = this.tools;
    const result = await runner.run('docker', ['save', ...tags], { env, signal, outputTo: archive });
    if (result.status !== 'ok') throw describeDockerFailure(result);
  }

  async readImageTree(reference: string): Promise<ImageTree> {
    const name = reference.startsWith('sha256:') ? await this.ids.dockerNameOf(reference) : reference;
    const { config, entries } = await this.readSaved(name);
    return { config, entries };
  }

  private async inspect(references: readonly string[]): Promise<ReadonlyMap<string, KnownImage>> {
    if (references.length === 0) return new Map();
    const names = await Promise.all(references.map((reference) => this.nameOf(reference)));
    const result = await this.run(['image', 'inspect', ...names]);
    // docker prints what it found, and exits with 1 if anything is missing.
    if (result.status !== 'ok' && !namesOnlyUnknownImages(result.stderr)) throw describeDockerFailure(result);
    const described = parseOutput(result, () => parseDockerImages(result.stdout));
    const images = await Promise.all(described.map((image) => this.withImageId(image)));
    return new Map(
      references.flatMap((reference, index) => {
        const image = findDockerImage(names[index] ?? reference, images);
        return image ? [[reference, image] as const] : [];
      }),
    );
  }

  private async nameOf(reference: string): Promise<string> {
    return reference.startsWith('sha256:') ? this.ids.dockerNameOf(reference) : reference;
  }

  /** docker's containerd image store does not tell the config of what it did not build: it is read once, and then remembered. */
  private async withImageId(image: DockerImage): Promise<KnownImage> {
    const imageId =
      image.imageId ?? (await this.ids.configOf(image.dockerName)) ?? (await this.readSaved(image.dockerName)).imageId;
    await this.ids.record(image.dockerName, imageId);
    return { ...image, imageId };
  }

  private async readSaved(name: string): ReturnType<typeof readSavedImage> {
    try {
      return await readSavedImage(name, (tags, archive) => this.saveImages(tags, archive));
    } catch (cause) {
      if (cause instanceof SlipwayError) throw cause;
      throw unreadable(`docker save ${name}`, cause);
    }
  }

  private run(args: readonly string[]): Promise<RunResult> {
    return this.tools.runner.run('docker', args, { env: this.tools.env, signal: this.tools.signal });
  }
}

function parseOutput<Parsed>(result: RunResult, parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (cause) {
    throw unreadable(['docker', ...result.args].join(' '), cause, result.output);
  }
}

function unreadable(command: string, cause: unknown, toolOutput?: string): SlipwayError {
  const facts = { engine: 'docker', command, reason: String(cause) };
  return new SlipwayError('ENGINE_OUTPUT_UNREADABLE', facts, { toolOutput, cause });
}
