import { describeProblem, type Problem } from '../errors/slipway-error';
import type { Tools } from '../exec/tools';
import { exportSavedImages } from './archive/export-saved-images';
import type { ExportedImages, WantedImage } from './exported-images';
import type { ImageStore } from './image-store';
import { withOwnedFolder } from './owned-folders';
import { exportWithSkopeo } from './skopeo/export-with-skopeo';

/** Where images are read from, and where the files go. */
export interface ExportOptions {
  readonly source: ImageStore;
  /** Absolute path. The files are in a folder of it, which the next export removes where this process cannot. */
  readonly machineStore: string;
  readonly tools: Tools;
}

/**
 * Reads the configs of images and those of their layers that are wanted out of an engine, as files that are there while `work` runs. No way
 * to a build leads through here. podman's single layers are read by skopeo; where that is impossible, and of docker, all is saved, and
 * what is wanted of it kept.
 * @throws {SlipwayError} the ENGINE codes
 */
export function withExportedImages<Result>(
  images: readonly WantedImage[],
  wanted: ReadonlySet<string>,
  options: ExportOptions,
  work: (exported: ExportedImages) => Promise<Result>,
): Promise<Result> {
  const space = { machineStore: options.machineStore, parent: 'exports', lockPrefix: 'export' };
  return withOwnedFolder(space, options.tools.signal, async (folder) =>
    work(await readOut(images, wanted, folder, options)),
  );
}

async function readOut(
  images: readonly WantedImage[],
  wanted: ReadonlySet<string>,
  folder: string,
  { source, tools }: ExportOptions,
): Promise<ExportedImages> {
  const problems: Problem[] = [];
  if (source.engine === 'podman') {
    const exported = await exportWithSkopeo(images, wanted, folder, tools);
    if (exported.status === 'exported') return { ...exported, problems };
    problems.push(describeProblem('CLUSTER_LAYERS_READ_WHOLE', { reason: exported.reason }));
  }
  const { configs, layers } = await exportSavedImages(images, wanted, folder, source);
  return { configs, layers, problems };
}
