import { createHash } from 'node:crypto';
import { writeFileAtomically } from '../../artifact/write-file-atomically';
import { isSlipwayError, SlipwayError } from '../../errors/slipway-error';
import type { KubeApi } from '../kubernetes/kube-api';
import { checkHealth } from './check-health';
import { estimateInotifyNeed, readInotifyUse } from './inotify-instances';
import { kindContextOf, type KindClusterTools } from './kind-cluster-tools';
import { lacksInotifyInstances } from './kind-problems';
import { writeKindState, type KindState } from './kind-state';
import { podNodesOf } from './parse-node-listing';
import { deleteKindCluster } from './stop-kind-cluster';

/** What a cluster is made by. */
export interface KindRecipe {
  /** A kind config, complete. */
  readonly config: string;
  /** Not given: what the config says, else the node image of the installed kind. */
  readonly nodeImage: string | undefined;
  /** Absolute; relative paths in the kind config start here. */
  readonly folder: string;
  /** Files of every node, e.g. how containerd reaches a registry. */
  readonly nodeFiles?: readonly NodeFile[];
}

/** A file of every node. */
export interface NodeFile {
  readonly absolutePath: string;
  readonly content: string;
}

/** Time for all nodes to become ready once kind is done. */
const READY_LIMIT_MS = 180_000;
const POLL_MS = 500;
/** What was half made is removed even if the task is cancelled, within this time. */
const REMOVAL_LIMIT_MS = 60_000;

/** Tells recipes apart. Pure. */
export function digestRecipe({ config, nodeImage, nodeFiles = [] }: KindRecipe): string {
  return createHash('sha256')
    .update(JSON.stringify([config, nodeImage, nodeFiles]))
    .digest('hex');
}

/**
 * Makes a cluster of which nothing is there. Afterwards all nodes are ready. Where that fails or is cancelled, nothing is left.
 * @returns Kubernetes' version
 * @throws {SlipwayError} CLUSTER_KIND_FAILED, CLUSTER_KIND_INOTIFY_EXHAUSTED, CLUSTER_KIND_NOT_FOUND, CLUSTER_KIND_BROKEN
 */
export async function createKindCluster(recipe: KindRecipe, edge: KindClusterTools): Promise<string> {
  const creating: KindState = {
    schemaVersion: 1,
    status: 'creating',
    recipe: digestRecipe(recipe),
    version: '',
    nodes: [],
  };
  await writeKindState(edge.paths, creating);
  await writeFileAtomically(edge.paths.configFile, recipe.config, 0o600);
  edge.tools.log.line(`Making the kind cluster ${edge.cluster} on ${edge.engine}.`);
  try {
    const { configFile, kubeconfig } = edge.paths;
    const image = recipe.nodeImage === undefined ? [] : ['--image', recipe.nodeImage];
    const args = ['create', 'cluster', '--config', configFile, '--kubeconfig', kubeconfig, ...image];
    await edge.kind.run(args, { cwd: recipe.folder });
    const nodes = await edge.nodes.list();
    await writeNodeFiles(recipe.nodeFiles ?? [], edge);
    const api = edge.openApi({ kubeconfig, kubeContext: kindContextOf(edge.cluster), namespace: 'default' });
    const expected = podNodesOf(nodes).map(({ name }) => name);
    await waitReady(api, expected, edge);
    const version = await readVersion(api);
    const ids = nodes.map(({ name, id }) => ({ name, id }));
    await writeKindState(edge.paths, { ...creating, status: 'up', version, nodes: ids });
    return version;
  } catch (error) {
    await removeHalfMade(edge);
    throw await explain(error, recipe, edge);
  }
}

/** Is asked when the nodes are gone: what is in use then was in use before. */
async function explain(error: unknown, { config }: KindRecipe, { cluster }: KindClusterTools): Promise<unknown> {
  if (!isSlipwayError(error) || error.code !== 'CLUSTER_KIND_FAILED') return error;
  const { toolOutput = '' } = error.problem;
  const use = await readInotifyUse();
  const need = estimateInotifyNeed(config);
  if (!use || !lacksInotifyInstances(toolOutput, use, need)) return error;
  const facts = { cluster, used: String(use.used), limit: String(use.limit), need: String(need) };
  return new SlipwayError('CLUSTER_KIND_INOTIFY_EXHAUSTED', facts, { toolOutput });
}

/** Kubernetes' version as its API tells it, e.g. `v1.34.4`. */
export async function readVersion(api: KubeApi): Promise<string> {
  const answer = await api.get('/version');
  return answer.status === 'ok' ? (answer.body as { gitVersion: string }).gitVersion : '';
}

async function writeNodeFiles(files: readonly NodeFile[], { nodes }: KindClusterTools): Promise<void> {
  for (const node of files.length === 0 ? [] : podNodesOf(await nodes.list())) {
    for (const { absolutePath, content } of files) {
      const script = 'mkdir -p "$(dirname "$1")" && cat > "$1"';
      await nodes.open(node).exec(['sh', '-c', script, 'sh', absolutePath], { input: content });
    }
  }
}

async function waitReady(
  api: KubeApi,
  expected: readonly string[],
  { cluster, tools }: KindClusterTools,
): Promise<void> {
  const deadline = tools.clock.now() + READY_LIMIT_MS;
  for (;;) {
    const health = await checkHealth(api, expected);
    if (health.status === 'ready') return;
    if (tools.clock.now() > deadline) throw new SlipwayError('CLUSTER_KIND_BROKEN', { cluster, reason: health.reason });
    await tools.clock.sleep(POLL_MS, tools.signal);
    tools.signal.throwIfAborted();
  }
}

/** Where this fails, what is left is known to be ours by the state, and the next `up` or `down` removes it. */
async function removeHalfMade(edge: KindClusterTools): Promise<void> {
  await deleteKindCluster(edge, AbortSignal.timeout(REMOVAL_LIMIT_MS)).catch(() => undefined);
}
