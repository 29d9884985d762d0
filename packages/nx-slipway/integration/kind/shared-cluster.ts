import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectMachineNeeds } from '../../src/clusters/kind/machine-needs';
import { renderKindConfig } from '../../src/clusters/kind/render-kind-config';

/** How a spec file finds the cluster of its run: JSON of `SharedCluster`. A developer may set it to one that stays. */
export const SHARED_CLUSTER_VARIABLE = 'NX_SLIPWAY_TEST_KIND_CLUSTER';

/** The image of all test pods, on every node from the start. */
export const TEST_IMAGE = 'docker.io/library/debian:bookworm-slim';

/** Names of the clusters of tests begin with it; the id of the process that made it follows, so that what a killed run left is told. */
export const TEST_CLUSTER_PREFIX = 'sliptest-kind-';

/** A kind cluster that specs share. */
export interface SharedCluster {
  readonly name: string;
  /** Absolute path. */
  readonly kubeconfig: string;
}

/** The node image of this repository, e.g. `docker.io/kindest/node:v1.34.4`. */
export const NODE_IMAGE =
  /^NODE_IMAGE=(.+)$/m.exec(
    readFileSync(join(__dirname, '..', '..', '..', '..', 'tools', 'kind-node', 'versions.sh'), 'utf8'),
  )?.[1] ?? '';

/** A kind config with a control plane and so many workers, and what this machine needs. */
export function renderTestConfig(workers: number): string {
  const nodes = ['control-plane', ...Array.from({ length: workers }, () => 'worker')].map((role) => ({ role }));
  return renderKindConfig({
    userConfig: {
      file: 'test',
      text: JSON.stringify({ kind: 'Cluster', apiVersion: 'kind.x-k8s.io/v1alpha4', nodes }),
    },
    needs: detectMachineNeeds(process.platform, (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)),
  });
}

/** Makes a cluster of two nodes, which have `TEST_IMAGE`, unless `SHARED_CLUSTER_VARIABLE` names one already. */
export async function createSharedCluster(): Promise<void> {
  if (process.env[SHARED_CLUSTER_VARIABLE]) return;
  removeLeftClusters();
  const name = `${TEST_CLUSTER_PREFIX}${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const kubeconfig = join(folder, 'kubeconfig');
  const config = join(folder, 'config.yaml');
  writeFileSync(config, renderTestConfig(1));
  process.env[SHARED_CLUSTER_VARIABLE] = JSON.stringify({ name, kubeconfig } satisfies SharedCluster);
  process.env['NX_SLIPWAY_TEST_KIND_FOLDER'] = folder;
  try {
    kind('create', 'cluster', '--name', name, '--config', config, '--image', NODE_IMAGE, '--kubeconfig', kubeconfig, '--wait', '180s'); // prettier-ignore
    loadTestImage(listNodeNames(name));
  } catch (error) {
    await deleteSharedCluster(); // Jest runs no globalTeardown after a globalSetup that failed.
    throw error;
  }
}

/** Deletes the cluster that `createSharedCluster` of this process made. */
export function deleteSharedCluster(): Promise<void> {
  const folder = process.env['NX_SLIPWAY_TEST_KIND_FOLDER'];
  if (folder !== undefined) {
    deleteTestCluster(`${TEST_CLUSTER_PREFIX}${process.pid}`);
    rmSync(folder, { recursive: true, force: true });
  }
  return Promise.resolve();
}

/** Runs kind on podman; what it printed. Its last lines are in the error where it fails. */
export function kind(...args: string[]): string {
  return execFileSync('kind', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, KIND_EXPERIMENTAL_PROVIDER: 'podman' },
    timeout: 600_000,
  });
}

/** Deletes a cluster of a test; nothing where there is none. */
export function deleteTestCluster(name: string): void {
  kind('delete', 'cluster', '--name', name, '--kubeconfig', join(tmpdir(), `${name}-deleted.kubeconfig`));
  rmSync(join(tmpdir(), `${name}-deleted.kubeconfig`), { force: true });
}

/** Names of a cluster's nodes, which are names of containers too. */
export function listNodeNames(cluster: string): string[] {
  return kind('get', 'nodes', '--name', cluster).split('\n').filter(Boolean).toSorted();
}

/** Puts `TEST_IMAGE` on nodes, as pods name it. */
export function loadTestImage(nodes: readonly string[]): void {
  const archive = execFileSync('podman', ['save', '--format', 'docker-archive', TEST_IMAGE], {
    maxBuffer: 512 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const node of nodes) {
    execFileSync('podman', ['exec', '--interactive', node, 'ctr', '--namespace=k8s.io', 'images', 'import', '-'], {
      input: archive,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: 120_000,
    });
  }
}

function removeLeftClusters(): void {
  for (const name of kind('get', 'clusters').split('\n')) {
    const pid = name.startsWith(TEST_CLUSTER_PREFIX) ? name.slice(TEST_CLUSTER_PREFIX.length).split('-')[0] : undefined;
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) deleteTestCluster(name);
  }
}
