import type { ExecutorContext } from '@nx/devkit';
import type { AppliedRecord } from '../../artifact/applied-record';
import { rememberWorkspace } from '../../artifact/known-workspaces';
import { removeAppliedRecord, writeAppliedRecord } from '../../artifact/record-files';
import type { Cluster, ConfirmedDeploy, DeployReport } from '../../clusters/cluster';
import { openCluster } from '../cluster-options';
import { openImageStore } from '../open-image-store';
import { parseOptions } from '../parse-options';
import { runTask, type TaskResult } from '../run-task';
import { describeTaskPlace } from '../task-place';
import type { deployAnew } from './deploy-anew';
import { deployOnlyOptionsSchema } from './deploy-options';
import { fingerprintDeploy } from './fingerprint-deploy';
import { isSameImages } from './is-same-images';
import { renderLoaded } from './render-loaded';

/**
 * Deploys a project's manifests with the images that were built, waits until all is ready, and writes `applied.json`. Where
 * nothing has changed since the last time, and all of it is there and answers, it only looks. With `dryRun` or `render` it shows what
 * it would deploy instead.
 */
export async function deployOnly(options: unknown, context: ExecutorContext): Promise<TaskResult> {
  return runTask(context, async (tools) => {
    const place = describeTaskPlace(context, tools);
    const deploy = parseOptions(deployOnlyOptionsSchema, options, `${place.project}:${place.target}`);
    await rememberWorkspace(place.machineStore, place.workspaceRoot, tools.clock.now());
    const knownOwners = Object.keys(context.projectsConfigurations.projects).filter((name) => place.findDeploy(name));
    if (deploy.dryRun || deploy.render !== undefined) {
      const { previewDeploy } = await import('./preview-deploy.js');
      return previewDeploy({ options: deploy, knownOwners }, place, tools);
    }
    const cluster = await openCluster(deploy, place, openImageStore(deploy.engine, tools), tools);
    let fingerprinted: Promise<string> | undefined;
    // Asked for while the cluster looks: both take their time.
    const fingerprint = (): Promise<string> => (fingerprinted ??= fingerprintDeploy(deploy, place, knownOwners, tools));
    const confirmed = await cluster.confirm({
      owner: place.project,
      isSame: async (note) =>
        note.fingerprint === (await fingerprint()) && (await isSameImages(note.images, place, tools)),
    });
    for (const { name } of confirmed?.note.images ?? []) {
      tools.log.line(renderLoaded({ project: place.project, image: name, status: 'present', cluster: cluster.name }));
    }
    // Of a deploy that fails nothing is said to be applied: tests would take what an earlier one did for this one's.
    if (!confirmed) await removeAppliedRecord(place.workspaceRoot, place.project);
    const done =
      confirmed ??
      (await deployWhole({ options: deploy, knownOwners, fingerprint: await fingerprint() }, place, tools));
    for (const line of renderReport(place.project, done.report)) tools.log.line(line);
    await writeAppliedRecord(place.workspaceRoot, await describeApplied(place.project, cluster, done));
  });
}

/** In a bundle of its own, which an unchanged deploy does not load. */
const deployWhole: typeof deployAnew = async (...request) => (await import('./deploy-anew.js')).deployAnew(...request);

async function describeApplied(
  project: string,
  cluster: Cluster,
  { note, report }: ConfirmedDeploy,
): Promise<AppliedRecord> {
  return {
    schemaVersion: 1,
    project,
    cluster: { provider: cluster.provider, version: await cluster.version() },
    manifestsDigest: note.manifestsDigest,
    images: note.images,
    endpoints: report.endpoints,
  };
}

function renderReport(project: string, report: DeployReport): string[] {
  const changed = report.changes.filter(({ change }) => change !== 'unchanged');
  const unchanged = report.changes.length - changed.length;
  return [
    ...report.notices,
    ...changed.map(
      ({ kind, namespace, name, change }) =>
        `${project}: ${kind} ${namespace === '' ? '' : `${namespace}/`}${name} ${change}`,
    ),
    `${project}: deployed and ready (${changed.length} changed, ${unchanged} unchanged)`,
    ...report.endpoints.map(
      ({ service, port, url }) =>
        `${project}: ${service}:${port} ${url === null ? 'is opened by e2e' : `is at ${url}`}`,
    ),
  ];
}
