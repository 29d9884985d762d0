import type { Tools } from '../../exec/tools';
import type { TaskPlace } from '../task-place';
import { prepareDeploy, type PreparedDeploy } from './prepare-deploy';
import { renderLoaded } from './render-loaded';

/**
 * Bytes first: reads the manifests, makes sure that the engine has exactly the described images, and that every node of the
 * cluster can use them.
 * @throws {SlipwayError} what `prepareDeploy` throws, CLUSTER_IMAGE_MISSING, CLUSTER_LOAD_FAILED
 */
export async function bringImages(
  options: Parameters<typeof prepareDeploy>[0],
  place: TaskPlace,
  tools: Tools,
): Promise<PreparedDeploy> {
  const prepared = await prepareDeploy(options, place, tools);
  const { cluster, images } = prepared;
  for (const { image, status } of await cluster.loadImages(images.map(({ record }) => record))) {
    tools.log.line(renderLoaded({ project: place.project, image, status, cluster: cluster.name }));
  }
  return prepared;
}
