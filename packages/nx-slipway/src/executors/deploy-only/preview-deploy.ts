import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { renderManifestFiles } from '../../deploy/render-manifest-files';
import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import type { TaskPlace } from '../task-place';
import type { DeployOnlyOptions } from './deploy-options';
import { describeDeployRequest, prepareDeploy } from './prepare-deploy';

/** What a deploy is previewed with. */
export interface PreviewRequest {
  readonly options: DeployOnlyOptions;
  readonly knownOwners: readonly string[];
}

/**
 * Instead of deploying: writes the final manifests to a folder (`render`), prints what the server would change (`dryRun`), or both.
 * Nothing in the cluster changes, no image is loaded, and no `applied.json` is written.
 * @throws {SlipwayError} what `prepareDeploy` throws, CLUSTER_PREVIEW_UNSUPPORTED, CLUSTER codes of objects that the server refuses
 */
export async function previewDeploy(request: PreviewRequest, place: TaskPlace, tools: Tools): Promise<void> {
  const { options } = request;
  const prepared = await prepareDeploy(options, place, tools);
  const { cluster, objects, releaseObjects } = prepared;
  if (options.render !== undefined) {
    const folder = resolve(place.workspaceRoot, options.render);
    for (const [path, text] of renderManifestFiles([...objects, ...releaseObjects])) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
      tools.log.line(`${place.project}: wrote ${relative(place.workspaceRoot, join(folder, path))}`);
    }
  }
  if (!options.dryRun) return;
  if (!cluster.preview) throw new SlipwayError('CLUSTER_PREVIEW_UNSUPPORTED', { cluster: cluster.name });
  const lines = await cluster.preview(describeDeployRequest(prepared, request, place.project));
  for (const line of lines) tools.log.line(line);
  tools.log.line(`${place.project}: ${lines.length === 0 ? 'nothing would change' : 'nothing was changed (--dryRun)'}`);
}
