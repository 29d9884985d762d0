import type { ExecutorContext } from '@nx/devkit';
import { mkdir, rm } from 'node:fs/promises';
import { delimiter, join, relative } from 'node:path';
import type { AppliedRecord } from '../../artifact/applied-record';
import { E2E_FOLDER, readAppliedRecord } from '../../artifact/record-files';
import { writeFileAtomically } from '../../artifact/write-file-atomically';
import type { Cluster } from '../../clusters/cluster';
import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import { openCluster } from '../cluster-options';
import { openImageStore } from '../open-engine';
import { parseOptions } from '../parse-options';
import { runTask, type TaskResult } from '../run-task';
import { describeTaskPlace, type TaskPlace } from '../task-place';
import { e2eOptionsSchema, type E2eOptions } from './e2e-options';
import { listEndpointVariables } from './endpoint-variables';
import { listDeployingProjects } from './list-deploying-projects';

/** Runs a project's end-to-end tests against what was deployed, with the endpoints in the environment. */
export default async function e2e(options: unknown, context: ExecutorContext): Promise<TaskResult> {
  return runTask(context, async (tools) => {
    const place = describeTaskPlace(context, tools);
    const test = parseOptions(e2eOptionsSchema, options, `${place.project}:${place.target}`);
    const cluster = openCluster(test, place, openImageStore(test.engine, tools), tools);
    const deploys = await readDeploys(place);
    const outputFolder = join(place.workspaceRoot, E2E_FOLDER, place.project);
    await rm(outputFolder, { recursive: true, force: true });
    await mkdir(outputFolder, { recursive: true });
    const result = await runTests(test, deploys, cluster, place, tools);
    if (result.status !== 'ok') await reportFailure(result, test, deploys, cluster, outputFolder, place);
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

async function runTests(
  test: E2eOptions,
  deploys: readonly AppliedRecord[],
  cluster: Cluster,
  place: TaskPlace,
  tools: Tools,
): Promise<RunResult> {
  const endpoints = deploys.flatMap((deploy) => deploy.endpoints);
  for (const [name, url] of Object.entries(listEndpointVariables(endpoints))) tools.log.line(`${name}=${url}`);
  return tools.runner.run('/bin/sh', ['-c', [test.command, '"$@"'].join(' '), 'e2e', ...test.args], {
    cwd: join(place.workspaceRoot, test.cwd),
    env: {
      PATH: [join(place.workspaceRoot, 'node_modules', '.bin'), tools.env['PATH']].filter(Boolean).join(delimiter),
      ...listEndpointVariables(endpoints),
      NX_SLIPWAY_CLUSTER_NAME: cluster.name,
      NX_SLIPWAY_CLUSTER_PROVIDER: cluster.provider,
      ...test.env,
    },
    timeoutMs: test.timeoutSeconds * 1_000,
    signal: tools.signal,
    ownProcessGroup: true,
    onLine: (line) => tools.log.line(line),
  });
}

async function reportFailure(
  result: RunResult,
  test: E2eOptions,
  deploys: readonly AppliedRecord[],
  cluster: Cluster,
  outputFolder: string,
  place: TaskPlace,
): Promise<never> {
  const diagnostics = join(outputFolder, 'diagnostics');
  await cluster.collectDiagnostics(
    deploys.map(({ project }) => project),
    diagnostics,
  );
  const folder = relative(place.workspaceRoot, diagnostics);
  const target = `${place.project}:${place.target}`;
  if (result.status === 'cancelled') throw new SlipwayError('E2E_CANCELLED', { target, folder });
  if (result.status === 'timed-out') {
    throw new SlipwayError('E2E_TIMED_OUT', { target, seconds: test.timeoutSeconds, folder });
  }
  const outcome =
    result.exitCode === undefined ? `was killed by ${result.signal}` : `ended with exit code ${result.exitCode}`;
  throw new SlipwayError('E2E_FAILED', { target, outcome, folder });
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
