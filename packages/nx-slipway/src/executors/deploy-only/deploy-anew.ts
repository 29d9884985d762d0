import type { ConfirmedDeploy } from '../../clusters/cluster';
import { coverageFolderOf, coverageOf } from '../../clusters/coverage-folders';
import { digestManifests } from '../../deploy/digest-manifests';
import type { Tools } from '../../exec/tools';
import type { TaskPlace } from '../task-place';
import { bringImages } from './bring-images';
import type { DeployOnlyOptions } from './deploy-options';
import { describeDeployRequest } from './prepare-deploy';

/** A deploy, and what it is recognised by the next time. */
export interface NewDeploy {
  readonly options: DeployOnlyOptions;
  readonly knownOwners: readonly string[];
  readonly fingerprint: string;
}

/**
 * Brings the images, applies the manifests, waits until all is ready, and has the cluster keep a note of it.
 * @throws {SlipwayError} what `bringImages` and `Cluster.deploy` throw
 */
export async function deployAnew(deploy: NewDeploy, place: TaskPlace, tools: Tools): Promise<ConfirmedDeploy> {
  const prepared = await bringImages(deploy.options, place, tools);
  const { cluster, images, objects, releases } = prepared;
  const note = {
    fingerprint: deploy.fingerprint,
    manifestsDigest: digestManifests(objects, releases),
    images: images.map(({ record, origin }) => ({
      name: record.name,
      imageId: record.imageId,
      tag: cluster.referenceOf(record),
      origin,
    })),
  };
  if (deploy.options.goCoverage) {
    await coverageOf(cluster).prepare(
      place.project,
      images.map(({ record }) => coverageFolderOf(record.imageId)),
    );
  }
  const report = await cluster.deploy({ ...describeDeployRequest(prepared, deploy, place.project), note });
  return { note, report };
}
