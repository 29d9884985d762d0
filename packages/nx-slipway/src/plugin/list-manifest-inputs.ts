import { isLocalChart, type HelmOption } from '../deploy/helm/helm-option';
import { listImagesAtPaths, type ImagePaths } from '../deploy/image-paths';
import { findKustomization } from '../deploy/kustomize/find-kustomization';
import { readKustomization } from '../deploy/kustomize/read-kustomization';
import { parseManifest } from '../deploy/parse-manifests';
import { isSlipwayError } from '../errors/slipway-error';
import { expandManifests } from './expand-manifests';
import { scanImageNames } from './scan-image-names';
import type { WorkspaceFiles } from './workspace-files';
import { filesetOf } from './workspace-path';

/** The options that say what a project deploys; paths are normalized. */
export interface DeployedThings {
  readonly manifests: readonly string[];
  readonly helm: readonly Pick<HelmOption, 'chart' | 'values' | 'images'>[];
  readonly imagePaths: ImagePaths;
}

/** What a deploy reads, as far as its files tell. */
export interface ManifestInputs {
  /** The images that are named: all of them, and possibly more. */
  readonly references: readonly string[];
  /** Filesets of Nx for what belongs to kustomizations and charts; manifests that are named themselves are not among them. */
  readonly filesets: readonly string[];
}

/** Reads which images and files a deploy depends on, without kustomize and helm. Pure but for reading through `files`. */
export function listManifestInputs(
  { manifests, helm, imagePaths }: DeployedThings,
  files: WorkspaceFiles,
): ManifestInputs {
  const kustomizations = manifests.flatMap((path) => findKustomization(path, files) ?? []);
  const readings = kustomizations.map((file) => readKustomization(file, files));
  const plain = manifests.filter((path) => findKustomization(path, files) === undefined);
  const texts = [
    ...expandManifests(plain, (folder) => files.list(folder)),
    ...readings.flatMap((reading) => reading.files),
  ];
  return {
    references: [
      ...texts.flatMap((file) => listReferences(file, imagePaths, files)),
      ...readings.flatMap(({ images }) => images),
      ...helm.flatMap(({ images }) => Object.values(images)),
    ],
    filesets: [
      ...readings.flatMap((reading) => reading.files).map(filesetOf),
      ...helm.filter(({ chart }) => isLocalChart(chart)).flatMap(({ chart }) => chartFilesets(chart)),
      ...helm.flatMap(({ values }) => values).map(filesetOf),
    ],
  };
}

/** An archive is a file, a chart's folder all that is in it. */
function chartFilesets(chart: string): string[] {
  return chart.endsWith('.tgz') ? [filesetOf(chart)] : [`${filesetOf(chart)}/**/*`];
}

function listReferences(file: string, imagePaths: ImagePaths, files: WorkspaceFiles): readonly string[] {
  const text = files.read(file) ?? '';
  const ofPods = scanImageNames(text, file);
  return Object.keys(imagePaths).length === 0 ? ofPods : [...ofPods, ...listAtPaths(text, file, imagePaths)];
}

function listAtPaths(text: string, file: string, imagePaths: ImagePaths): readonly string[] {
  try {
    return parseManifest(text, file).flatMap(({ object }) => listImagesAtPaths(object, imagePaths));
  } catch (error) {
    // `deploy-only` reports it; a kustomization and its patches need not be objects.
    if (isSlipwayError(error)) return [];
    throw error;
  }
}
