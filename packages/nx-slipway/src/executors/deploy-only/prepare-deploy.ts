import type { ImageRecord } from '../../artifact/image-record';
import { coverageFolderOf, coverageOf } from '../../clusters/coverage-folders';
import type { Cluster, DeployRequest, HelmRelease, SourcedObject } from '../../clusters/cluster';
import { addGoCoverage, type CoveragePlace } from '../../deploy/add-go-coverage';
import { annotateConfigDigests } from '../../deploy/annotate-config-digests';
import { assertReleaseImages } from '../../deploy/assert-release-images';
import { prepareRelease } from '../../deploy/helm/prepare-release';
import { renderRelease } from '../../deploy/helm/render-release';
import { assertBuilt, listRequiredImages, substituteImages, type ImageMatching } from '../../deploy/match-images';
import { assertNotEmpty, readManifests } from '../../deploy/read-manifests';
import { rememberFoundImages } from '../../engines/remembering-image-store';
import { describeProblem, SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import { openCluster } from '../cluster-options';
import { secureWorkspaceImages, type SecuredImage } from '../image-build/secure-workspace-images';
import { openImageStore } from '../open-image-store';
import { printProblem } from '../run-task';
import type { TaskPlace } from '../task-place';
import type { DeployOnlyOptions, ImageLoadOptions } from './deploy-options';

/** What a deploy asks a cluster for, ready to be sent; the cluster has not been touched. */
export interface PreparedDeploy {
  readonly cluster: Cluster;
  readonly images: readonly SecuredImage[];
  /** How the manifests name each image, to the image. */
  readonly recordsByReference: ReadonlyMap<string, ImageRecord>;
  /** The manifests' objects, images substituted by these references. */
  readonly objects: readonly SourcedObject[];
  readonly releases: readonly HelmRelease[];
  /** What the releases render. */
  readonly releaseObjects: readonly SourcedObject[];
}

/**
 * Reads the manifests and charts of a project, makes sure that the engine has exactly the images that they name, and puts these in.
 * @throws {SlipwayError} DEPLOY codes for manifests and charts, ARTIFACT codes for claims, CLUSTER_HELM_UNSUPPORTED, CLUSTER_COVERAGE_UNSUPPORTED
 */
export async function prepareDeploy(
  options: ImageLoadOptions & Partial<Pick<DeployOnlyOptions, 'goCoverage'>>,
  place: TaskPlace,
  tools: Tools,
): Promise<PreparedDeploy> {
  const { project, workspaceRoot } = place;
  const store = rememberFoundImages(openImageStore(options.engine, tools));
  const cluster = await openCluster(options, place, store, tools);
  const { helm, manifests: paths } = options;
  if (helm.length > 0 && cluster.provider === 'podman') {
    throw new SlipwayError('CLUSTER_HELM_UNSUPPORTED', { project, cluster: cluster.name });
  }
  const selection = { project, workspaceRoot, manifests: paths };
  const manifests = await readManifests(selection, tools);
  if (helm.length === 0) assertNotEmpty(manifests, selection);
  const matching: ImageMatching = {
    project,
    builtImages: new Set(place.workspaceImages.map(({ image }) => image)),
    externalImages: options.externalImages,
    imagePaths: options.imagePaths,
  };
  const ofReleases = helm.flatMap(({ release, images }) => assertBuilt(Object.values(images), release, matching));
  const required = [...new Set([...listRequiredImages(manifests, matching), ...ofReleases])];
  const images = await secureWorkspaceImages(required, { engine: options.engine, store }, place, tools);
  const records = images.map(({ record }) => record);
  const references = new Map(records.map((record) => [record.name, cluster.referenceOf(record)]));
  const { objects, changedPolicies } = substituteImages(manifests, matching, references);
  for (const changed of changedPolicies) printProblem(describeProblem('DEPLOY_PULL_POLICY_CHANGED', changed), tools);
  const covered = options.goCoverage ? addGoCoverage(objects, await placeCoverage(cluster, records, project)) : objects;
  const releases = await Promise.all(helm.map((option) => prepareRelease(option, references, place)));
  const releaseObjects = (await Promise.all(releases.map((release) => renderRelease(release, tools)))).flat();
  assertReleaseImages(releaseObjects, matching, new Set(references.values()));
  return {
    cluster,
    images,
    recordsByReference: new Map(records.map((record) => [cluster.referenceOf(record), record])),
    // The podman cluster compares a pod's configuration itself.
    objects: cluster.provider === 'podman' ? covered : annotateConfigDigests(covered),
    releases,
    releaseObjects,
  };
}

async function placeCoverage(cluster: Cluster, records: readonly ImageRecord[], owner: string): Promise<CoveragePlace> {
  const folders = records.map((record) => [cluster.referenceOf(record), coverageFolderOf(record.imageId)] as const);
  return { nodePath: await coverageOf(cluster).pathOf(owner), folders: new Map(folders) };
}

/** What a prepared deploy asks its cluster for, but for the note of it. Pure. */
export function describeDeployRequest(
  { objects, releases, recordsByReference }: PreparedDeploy,
  { options, knownOwners }: { readonly options: DeployOnlyOptions; readonly knownOwners: readonly string[] },
  owner: string,
): DeployRequest {
  return {
    owner,
    objects,
    releases,
    images: recordsByReference,
    knownOwners,
    forceConflicts: options.forceConflicts,
    pruneKinds: options.pruneKinds,
    timeoutMs: options.timeoutSeconds * 1_000,
  };
}
