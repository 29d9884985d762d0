import type { ExecutorContext } from '@nx/devkit';
import { mkdir, rm } from 'node:fs/promises';
import { delimiter, join, relative } from 'node:path';
import type { AppliedRecord } from '../../artifact/applied-record';
import type { OpenedEndpoint } from '../../artifact/endpoint';
import { e2eFolderOf, readAppliedRecord } from '../../artifact/record-files';
import { writeFileAtomically } from '../../artifact/write-file-atomically';
import type { Cluster, KubeAccess } from '../../clusters/cluster';
import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import { openCluster } from '../cluster-options';
import { openImageStore } from '../open-image-store';
import { parseOptions } from '../parse-options';
import { runTask, type TaskResult } from '../run-task';
import { describeTaskPlace, type TaskPlace } from '../task-place';
import { buildGuardedArgs } from './build-guarded-args';
import { runAndExplain } from './collect-after-failure';
import { describeFailure } from './describe-failure';
import { e2eOptionsSchema, type E2eOptions } from './e2e-options';
import { listEndpointVariables } from './endpoint-variables';
import { listDeployingProjects } from './list-deploying-projects';

/** Runs a project's end-to-end tests against what was deployed, with the endpoints in the environment. */
export async function e2e(options: unknown, context: ExecutorContext): Promise<TaskResult> {
  return runTask(context, async (tools) => {
    const place = describeTaskPlace(context, tools);
    const test = parseOptions(e2eOptionsSchema, options, `${place.project}:${place.target}`);
    const open = (clusterTools: Tools): Promise<Cluster> =>
      openCluster(test, place, openImageStore(test.engine, clusterTools), clusterTools);
    const cluster = await open(tools);
    const deploys = await readDeploys(place);
    assertSameCluster(deploys, cluster, `${place.project}:${place.target}`);
    const outputFolder = join(place.workspaceRoot, e2eFolderOf(place.project));
    await rm(outputFolder, { recursive: true, force: true });
    await mkdir(outputFolder, { recursive: true });
    const absoluteFolder = join(outputFolder, 'diagnostics');
    const folder = relative(place.workspaceRoot, absoluteFolder);
    const projects = deploys.map(({ project }) => project);
    const result = await runAndExplain(
      { projects, absoluteFolder, folder, openCluster: open },
      () => runWithEndpoints(test, deploys, cluster, place, tools),
      tools,
    );
    if (result.status !== 'ok') {
      const target = `${place.project}:${place.target}`;
      throw describeFailure(result, { target, timeoutSeconds: test.timeoutSeconds, folder });
    }
    if (test.goCoverage) {
      const { gatherCoverage } = await import('./coverage/gather-coverage.js');
      const target = `${place.project}:${place.target}`;
      await gatherCoverage({ target, deploys, cluster, folder: join(outputFolder, 'coverage') }, tools);
    }
    await writeFileAtomically(join(outputFolder, 'tested.json'), renderTested(deploys));
    for (const line of listTestedImages(deploys)) tools.log.line(`${place.project}: tested against ${line}`);
  });
}

async function readDeploys(place: TaskPlace): Promise<AppliedRecord[]> {
  const projects = listDeployingProjects(place.project, (project) => place.findDeploy(project)?.needs);
  return Promise.all(
    projects.map((project) => {
      const target = place.findDeploy(project)?.target ?? '';
      return readAppliedRecord({ workspaceRoot: place.workspaceRoot, project, target });
    }),
  );
}

/** @throws {SlipwayError} E2E_OTHER_CLUSTER */
function assertSameCluster(deploys: readonly AppliedRecord[], { provider }: Cluster, target: string): void {
  const other = deploys.find((deploy) => deploy.cluster.provider !== provider);
  if (!other) return;
  const facts = { project: other.project, deployed: other.cluster.provider, target, provider };
  throw new SlipwayError('E2E_OTHER_CLUSTER', facts);
}

/** Ways to endpoints are open for as long as the tests run. */
async function runWithEndpoints(
  test: E2eOptions,
  deploys: readonly AppliedRecord[],
  cluster: Cluster,
  place: TaskPlace,
  tools: Tools,
): Promise<RunResult> {
  const opened = await cluster.openEndpoints(deploys.flatMap((deploy) => deploy.endpoints));
  try {
    return await runTests(test, opened.endpoints, cluster, place, tools);
  } finally {
    await opened.close();
  }
}

async function runTests(
  test: E2eOptions,
  endpoints: readonly OpenedEndpoint[],
  cluster: Cluster,
  place: TaskPlace,
  tools: Tools,
): Promise<RunResult> {
  const access = await cluster.describeAccess();
  for (const [name, url] of Object.entries(listEndpointVariables(endpoints))) tools.log.line(`${name}=${url}`);
  return tools.runner.run('/bin/sh', buildGuardedArgs(test.command, test.args), {
    cwd: join(place.workspaceRoot, test.cwd),
    env: {
      PATH: [join(place.workspaceRoot, 'node_modules', '.bin'), tools.env['PATH']].filter(Boolean).join(delimiter),
      ...listEndpointVariables(endpoints),
      NX_SLIPWAY_CLUSTER_NAME: cluster.name,
      NX_SLIPWAY_CLUSTER_PROVIDER: cluster.provider,
      ...listAccessVariables(access),
      ...test.env,
    },
    timeoutMs: test.timeoutSeconds * 1_000,
    signal: tools.signal,
    ownProcessGroup: true,
    lifeline: true,
    onLine: (line) => tools.log.line(line),
  });
}

/** So that a `kubectl` of the tests speaks to the cluster that is tested, whatever the user's kubeconfig says. */
function listAccessVariables(access: KubeAccess | undefined): Record<string, string> {
  if (!access) return {};
  return {
    KUBECONFIG: access.kubeconfig,
    NX_SLIPWAY_KUBECONFIG: access.kubeconfig,
    NX_SLIPWAY_KUBE_CONTEXT: access.kubeContext,
    NX_SLIPWAY_NAMESPACE: access.namespace,
  };
}

function renderTested(deploys: readonly AppliedRecord[]): string {
  const tested = deploys.map(({ project, cluster, manifestsDigest, images }) => ({
    project,
    cluster,
    manifestsDigest,
    images,
  }));
  return `${JSON.stringify({ schemaVersion: 1, tested }, null, 2)}\n`;
}

function listTestedImages(deploys: readonly AppliedRecord[]): string[] {
  return deploys.flatMap(({ cluster, images }) =>
    images.map(({ tag }) => `${tag} on ${cluster.provider} ${cluster.version}`),
  );
}
