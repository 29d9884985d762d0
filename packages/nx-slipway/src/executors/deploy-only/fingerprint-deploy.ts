import { createHash } from 'node:crypto';
import { digestReleaseFiles } from '../../deploy/helm/prepare-release';
import { digestManifestFiles } from '../../deploy/list-manifest-files';
import type { Tools } from '../../exec/tools';
import { BUILD_ID } from '../../plugin/build-id';
import { CLUSTER_VARIABLE } from '../../clusters/cluster-choice';
import { ENGINE_VARIABLE } from '../open-image-store';
import type { TaskPlace } from '../task-place';
import type { DeployOnlyOptions } from './deploy-options';

/**
 * SHA-256 over all that decides which objects a deploy asks for, besides the images' IDs: this plugin, options, what the projects
 * of the workspace build and deploy, and the bytes of manifests and charts.
 * @throws {SlipwayError} DEPLOY_MANIFEST_MISSING, DEPLOY_CHART_MISSING
 */
export async function fingerprintDeploy(
  options: DeployOnlyOptions,
  place: TaskPlace,
  knownOwners: readonly string[],
  { env }: Pick<Tools, 'env'>,
): Promise<string> {
  const { workspaceRoot, project, workspaceImages } = place;
  const decisive = {
    plugin: BUILD_ID ?? null,
    project,
    options,
    variables: [env[ENGINE_VARIABLE] ?? null, env[CLUSTER_VARIABLE] ?? null],
    images: workspaceImages.map(({ image }) => image),
    knownOwners,
    manifests: await digestManifestFiles({ project, workspaceRoot, manifests: options.manifests }),
    releases: await Promise.all(options.helm.map((release) => digestReleaseFiles(release, place))),
  };
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex');
}
