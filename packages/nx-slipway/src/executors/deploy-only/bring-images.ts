import type { ImageRecord } from '../../artifact/image-record';
import type { Cluster, SourcedObject } from '../../clusters/cluster';
import { listRequiredImages, substituteImages, type ImageMatching } from '../../deploy/match-images';
import { readManifests } from '../../deploy/read-manifests';
import { rememberFoundImages } from '../../engines/remembering-image-store';
import type { Tools } from '../../exec/tools';
import { openCluster } from '../cluster-options';
import { secureWorkspaceImages, type SecuredImage } from '../image-build/secure-workspace-images';
import { openImageStore } from '../open-image-store';
import type { TaskPlace } from '../task-place';
import type { ImageLoadOptions } from './deploy-options';
import { renderLoaded } from './render-loaded';

/** A project's manifests with every image of theirs on the cluster. */
export interface BroughtImages {
  readonly cluster: Cluster;
  readonly images: readonly SecuredImage[];
  /** How the manifests name each image, to the image. */
  readonly recordsByReference: ReadonlyMap<string, ImageRecord>;
  /** The manifests' objects, images substituted by these references. */
  readonly objects: readonly SourcedObject[];
}

/**
 * Bytes first: reads the manifests, makes sure that the engine has exactly the described images, and that every node of the
 * cluster can use them.
 * @throws {SlipwayError} DEPLOY codes for the manifests, ARTIFACT codes for claims, CLUSTER_IMAGE_MISSING
 */
export async function bringImages(options: ImageLoadOptions, place: TaskPlace, tools: Tools): Promise<BroughtImages> {
  const store = rememberFoundImages(openImageStore(options.engine, tools));
  const cluster = await openCluster(options, place, store, tools);
  const manifests = await readManifests({
    project: place.project,
    workspaceRoot: place.workspaceRoot,
    manifests: options.manifests,
  });
  const matching: ImageMatching = {
    project: place.project,
    builtImages: new Set(place.workspaceImages.map(({ image }) => image)),
    externalImages: options.externalImages,
  };
  const required = listRequiredImages(manifests, matching);
  const images = await secureWorkspaceImages(required, { engine: options.engine, store }, place, tools);
  const records = images.map(({ record }) => record);
  for (const { image, status } of await cluster.loadImages(records)) {
    tools.log.line(renderLoaded({ project: place.project, image, status, cluster: cluster.name }));
  }
  const tags = new Map(records.map((record) => [record.name, cluster.referenceOf(record)]));
  return {
    cluster,
    images,
    recordsByReference: new Map(records.map((record) => [cluster.referenceOf(record), record])),
    objects: substituteImages(manifests, matching, tags),
  };
}
