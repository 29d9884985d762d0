import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readClusterState } from './cluster-state-file';
import type { ClusterTools } from './cluster-tools';
import { listSecretValues } from './config-source';
import type { ListedContainer, ListedPod } from './container-list';
import { clusterFilter } from './podman-labels';
import { readObjects } from './read-objects';
import { createRedactor } from '../redact';

/**
 * Writes what helps to find out why a test failed, below a folder: `states.txt`, `events.txt`, and for each pod the log of each
 * container, also of those that have ended, and what podman knows of it. Secret values are redacted everywhere.
 * @returns absolute paths of the files
 */
export async function collectDiagnostics(
  owners: readonly string[],
  folder: string,
  edge: ClusterTools,
): Promise<string[]> {
  const state = await readClusterState(edge.paths);
  const redact = createRedactor(listSecretValues(Object.values(state?.owners ?? {}).map(readObjects)));
  const pods = [...(await edge.listPods()).values()].filter(({ owner }) => owners.includes(owner));
  await mkdir(folder, { recursive: true });
  const write = async (name: string, content: string): Promise<string> => {
    const path = join(folder, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, redact(content));
    return path;
  };
  const ofPods = await Promise.all(pods.map((pod) => collectPod(pod, write, edge)));
  return [
    await write('states.txt', renderStates(pods)),
    await write('events.txt', await readEvents(edge)),
    ...ofPods.flat(),
  ];
}

type WriteFile = (name: string, content: string) => Promise<string>;

async function collectPod(pod: ListedPod, write: WriteFile, { podman }: ClusterTools): Promise<string[]> {
  const podFolder = `${pod.namespace}_${pod.name}`;
  const logs = pod.containers.map(async ({ container, podmanName }) => {
    const { output } = await podman.attempt(['logs', '--timestamps', podmanName]);
    return write(join(podFolder, `${container ?? podmanName}.log`), output);
  });
  const inspect = async (): Promise<string> => {
    const { output } = await podman.attempt([
      'container',
      'inspect',
      ...pod.containers.map(({ podmanName }) => podmanName),
    ]);
    return write(join(podFolder, 'inspect.json'), output);
  };
  return Promise.all([...logs, inspect()]);
}

/** Events of the last hours; podman keeps them for the whole machine, the label picks ours. */
async function readEvents({ cluster, podman }: ClusterTools): Promise<string> {
  const { output } = await podman.attempt(['events', '--stream=false', '--since', '3h', ...clusterFilter(cluster)], {
    timeoutMs: 10_000,
  });
  return output;
}

function renderStates(pods: readonly ListedPod[]): string {
  const lines = pods.flatMap((pod) => [
    `${pod.workload} ${pod.namespace}/${pod.name} (${pod.address}), deployed by ${pod.owner}`,
    ...[...(pod.infra ? [pod.infra] : []), ...pod.containers].map(renderState),
  ]);
  return `${lines.join('\n')}\n`;
}

function renderState({ container, state, pid, exitCode, startedAt }: ListedContainer): string {
  const outcome = state === 'running' ? `pid ${pid}` : `exit code ${exitCode}`;
  return `  ${container ?? 'network'}: ${state}, ${outcome}, started ${new Date(startedAt * 1_000).toISOString()}`;
}
