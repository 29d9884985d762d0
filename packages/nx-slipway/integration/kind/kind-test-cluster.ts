import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openNodeContainers } from '../../src/clusters/kind/node-containers';
import { parseNodeListing } from '../../src/clusters/kind/parse-node-listing';
import type { KubeApi } from '../../src/clusters/kubernetes/kube-api';
import { createKubeApi, type OpenedKubeApi } from '../../src/clusters/kubernetes/kube-api/create-kube-api';
import { createKubectl } from '../../src/clusters/kubernetes/kubectl';
import type { KubeTarget } from '../../src/clusters/kubernetes/kube-target';
import type { KubernetesTools } from '../../src/clusters/kubernetes/kubernetes-tools';
import type { ClusterNode } from '../../src/clusters/transports/transport';
import { createProcessRunner } from '../../src/exec/execa-runner';
import type { Tools } from '../../src/exec/tools';
import { SHARED_CLUSTER_VARIABLE, type SharedCluster } from './shared-cluster';

export { TEST_IMAGE } from './shared-cluster';

/** A namespace of one test file in the cluster of this run, and what looks at it from outside. */
export interface TestNamespace {
  readonly cluster: SharedCluster;
  readonly namespace: string;
  /** What the parts of a Kubernetes cluster are given; with other effects where a test says so. */
  edge(overrides?: Partial<Tools>): KubernetesTools & { readonly api: OpenedKubeApi };
  /** Lines that the code under test has printed. */
  readonly lines: readonly string[];
  /** Runs kubectl in the namespace, as a user would; what it printed. `input` is given on standard input. */
  kubectl(args: readonly string[], input?: string): string;
  /** The nodes, control plane first. */
  listNodes(): ClusterNode[];
  /** Removes the namespace, without waiting until it is gone. */
  close(): void;
}

/** Makes a namespace with a unique name. Call it in `beforeAll`: the cluster is there from jest's globalSetup on. */
export function openTestNamespace(topic: string): TestNamespace {
  const cluster = JSON.parse(process.env[SHARED_CLUSTER_VARIABLE] ?? '{}') as SharedCluster;
  const namespace = `${topic}-${process.pid}-${Date.now().toString(36)}`;
  const machineStore = mkdtempSync(join(tmpdir(), `sliptest-${topic}-`));
  const target = { kubeconfig: cluster.kubeconfig, kubeContext: `kind-${cluster.name}`, namespace };
  const lines: string[] = [];
  const kubectl: TestNamespace['kubectl'] = (args, input) =>
    execFileSync('kubectl', ['--kubeconfig', cluster.kubeconfig, '--namespace', namespace, ...args], {
      encoding: 'utf8',
      timeout: 120_000,
      input: input ?? '',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  kubectl(['create', 'namespace', namespace]);
  return {
    cluster,
    namespace,
    lines,
    kubectl,
    edge: (overrides) => {
      const tools: Tools = { ...testTools(lines), ...overrides };
      const pinned = createKubectl(target, tools);
      return {
        cluster: cluster.name,
        machineStore,
        target,
        kubectl: pinned,
        api: createKubeApi({ target, kubectl: pinned, tools }),
        tools,
      };
    },
    listNodes: () => openNodes(cluster.name, testTools(lines)),
    close: () => {
      kubectl(['delete', 'namespace', namespace, '--wait=false', '--ignore-not-found']);
      rmSync(machineStore, { recursive: true, force: true });
    },
  };
}

/** Real effects; what is printed goes to `lines`. */
export function testTools(lines: string[]): Tools {
  return {
    runner: createProcessRunner(),
    clock: { now: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined) },
    env: process.env,
    log: { line: (text) => void lines.push(text) },
    signal: new AbortController().signal,
  };
}

/** Waits until something is so, for at most a minute unless told. */
export async function until<Result>(
  what: string,
  look: () => Promise<Result | undefined | false> | Result | undefined | false,
  limitMs = 60_000,
): Promise<Result> {
  for (const deadline = Date.now() + limitMs; ;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await sleep(200);
  }
}

/** As the product opens them, so that a test goes the way into a node that a load goes. */
function openNodes(cluster: string, tools: Tools): ClusterNode[] {
  const containers = openNodeContainers(cluster, 'podman', tools);
  const listing = ['ps', '--no-trunc', '--filter', `label=io.x-k8s.kind.cluster=${cluster}`, '--format', 'json'];
  const nodes = parseNodeListing(execFileSync('podman', listing, { encoding: 'utf8', timeout: 60_000 }), cluster);
  return nodes.map((node) => containers.open(node));
}

/** The API of a cluster, as the composition opens it. */
export function openTestApi(target: KubeTarget, tools: Tools): KubeApi {
  return createKubeApi({ target, kubectl: createKubectl(target, tools), tools });
}
