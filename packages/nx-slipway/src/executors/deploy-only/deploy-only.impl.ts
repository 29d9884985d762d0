import type { ExecutorContext } from '@nx/devkit';
import { imageTagOf } from '../../artifact/image-record';
import type { AppliedRecord } from '../../artifact/applied-record';
import { writeAppliedRecord } from '../../artifact/record-files';
import type { DeployReport } from '../../clusters/cluster';
import { digestManifests } from '../../deploy/digest-manifests';
import { parseOptions } from '../parse-options';
import { runTask, type TaskResult } from '../run-task';
import { describeTaskPlace } from '../task-place';
import { bringImages, type BroughtImages } from './bring-images';
import { deployOnlyOptionsSchema } from './deploy-options';

/** Deploys a project's manifests with the images that were built, waits until all is ready, and writes `applied.json`. */
export default async function deployOnly(options: unknown, context: ExecutorContext): Promise<TaskResult> {
  return runTask(context, async (tools) => {
    const place = describeTaskPlace(context, tools);
    const deploy = parseOptions(deployOnlyOptionsSchema, options, `${place.project}:${place.target}`);
    const brought = await bringImages(deploy, place, tools);
    const report = await brought.cluster.deploy({
      owner: place.project,
      objects: brought.objects,
      images: brought.recordsByTag,
      knownOwners: Object.keys(context.projectsConfigurations.projects).filter((name) => place.findDeploy(name)),
      timeoutMs: deploy.timeoutSeconds * 1_000,
    });
    for (const line of renderReport(place.project, report)) tools.log.line(line);
    await writeAppliedRecord(place.workspaceRoot, await describeApplied(place.project, brought, report));
  });
}

async function describeApplied(project: string, brought: BroughtImages, report: DeployReport): Promise<AppliedRecord> {
  return {
    schemaVersion: 1,
    project,
    cluster: { provider: brought.cluster.provider, version: await brought.cluster.version() },
    manifestsDigest: digestManifests(brought.objects),
    images: brought.images.map(({ record, origin }) => ({
      name: record.name,
      imageId: record.imageId,
      tag: imageTagOf(record.name, record.imageId),
      origin,
    })),
    endpoints: report.endpoints,
  };
}

function renderReport(project: string, report: DeployReport): string[] {
  const changed = report.changes.filter(({ change }) => change !== 'unchanged');
  const unchanged = report.changes.length - changed.length;
  return [
    ...report.notices,
    ...changed.map(({ kind, namespace, name, change }) => `${project}: ${kind} ${namespace}/${name} ${change}`),
    `${project}: deployed and ready (${changed.length} changed, ${unchanged} unchanged)`,
    ...report.endpoints.map(({ service, port, url }) => `${project}: ${service}:${port} is at ${url}`),
  ];
}
