import { existsSync } from 'node:fs';
import { describeProblem, SlipwayError } from '../../errors/slipway-error';
import { renderProblem } from '../../errors/render-problem';
import { assessCluster } from './assess-cluster';
import { checkHealth, type Health } from './check-health';
import { createKindCluster, digestRecipe, type KindRecipe } from './create-kind-cluster';
import { kindContextOf, withKindLock, type KindClusterTools } from './kind-cluster-tools';
import { readKindState, type KindState } from './kind-state';
import { podNodesOf, type NodeContainer } from './parse-node-listing';
import { nameTaken } from './name-taken';
import { deleteKindCluster } from './stop-kind-cluster';

/** What is wanted of a cluster. */
export interface StartRequest {
  readonly recipe: KindRecipe;
  /** Make it anew where it is broken or was made by another recipe, instead of saying so. */
  readonly recreate: boolean;
}

/** A cluster that has just been started, e.g. by docker after a reboot, gets so long until it counts as broken. */
const SETTLE_LIMIT_MS = 30_000;

/** Stopped nodes that were started: kubelet and control plane take 10 to 25 s on an idle machine. */
const RESTART_LIMIT_MS = 120_000;

const POLL_MS = 500;

/**
 * Afterwards the cluster is there and takes deploys. One that runs and is ready is only looked at. Nodes that were stopped are started, and
 * the cluster is made anew where they do not become ready. What a creation that was killed left is removed first.
 * @throws {SlipwayError} CLUSTER_KIND_NAME_TAKEN, CLUSTER_KIND_BROKEN, CLUSTER_KIND_FAILED, CLUSTER_STATE_CORRUPT
 */
export async function startKindCluster(
  request: StartRequest,
  edge: KindClusterTools,
): Promise<{ readonly change: 'created' | 'unchanged'; readonly version: string }> {
  return withKindLock(edge, async () => {
    const [state, nodes] = await Promise.all([readKindState(edge.paths), edge.nodes.list()]);
    const condition = assessCluster(state, nodes);
    switch (condition.status) {
      case 'foreign':
        throw nameTaken(nodes, edge);
      case 'absent':
        if (state) warnRecreated('its nodes are gone', edge);
        return { change: 'created', version: await createKindCluster(request.recipe, edge) };
      case 'half-made':
        return recreate('its creation did not end', request, edge);
      case 'broken':
        return recreateIfAsked(condition.reason, request, edge);
      case 'stopped':
        return restart(nodes, condition.stopped, state, request, edge);
      case 'running':
        return look(nodes, state, request, edge);
    }
  });
}

type Outcome = Awaited<ReturnType<typeof startKindCluster>>;

async function look(
  nodes: readonly NodeContainer[],
  state: KindState | undefined,
  request: StartRequest,
  edge: KindClusterTools,
): Promise<Outcome> {
  if (state?.recipe !== digestRecipe(request.recipe)) {
    if (request.recreate) return recreate('its kind config or node image is another one now', request, edge);
    edge.tools.log.line(renderProblem(describeProblem('CLUSTER_KIND_CONFIG_CHANGED', { cluster: edge.cluster })));
  }
  const health = await waitHealthy(nodes, SETTLE_LIMIT_MS, edge);
  if (health.status !== 'ready') return recreateIfAsked(health.reason, request, edge);
  return { change: 'unchanged', version: state?.version ?? '' };
}

async function restart(
  nodes: readonly NodeContainer[],
  stopped: readonly string[],
  state: KindState | undefined,
  request: StartRequest,
  edge: KindClusterTools,
): Promise<Outcome> {
  edge.tools.log.line(`Starting ${stopped.join(', ')}, which had stopped.`);
  await edge.nodes.start(nodes.filter(({ name }) => stopped.includes(name)));
  const health = await waitHealthy(nodes, RESTART_LIMIT_MS, edge);
  if (health.status !== 'ready') return recreate(`after a restart, ${health.reason}`, request, edge);
  return { change: 'created', version: state?.version ?? '' };
}

async function recreateIfAsked(reason: string, request: StartRequest, edge: KindClusterTools): Promise<Outcome> {
  if (!request.recreate) throw new SlipwayError('CLUSTER_KIND_BROKEN', { cluster: edge.cluster, reason });
  return recreate(reason, request, edge);
}

async function recreate(reason: string, { recipe }: StartRequest, edge: KindClusterTools): Promise<Outcome> {
  warnRecreated(reason, edge);
  await deleteKindCluster(edge);
  return { change: 'created', version: await createKindCluster(recipe, edge) };
}

function warnRecreated(reason: string, { cluster, tools }: KindClusterTools): void {
  tools.log.line(renderProblem(describeProblem('CLUSTER_KIND_RECREATED', { cluster, reason })));
}

/** Looks until all nodes are ready, at least once; what it saw last. A kubeconfig that was lost is taken from the cluster again. */
async function waitHealthy(nodes: readonly NodeContainer[], limitMs: number, edge: KindClusterTools): Promise<Health> {
  const { clock, signal } = edge.tools;
  const expected = podNodesOf(nodes).map(({ name }) => name);
  const deadline = clock.now() + limitMs;
  for (let round = 0; ; round++) {
    if (round === 1 || !existsSync(edge.paths.kubeconfig)) await exportKubeconfig(edge);
    const health = await checkHealth(openApi(edge), expected);
    if (health.status === 'ready' || clock.now() > deadline) return health;
    if (round === 0) edge.tools.log.line(`Waiting for the kind cluster ${edge.cluster}: ${health.reason}.`);
    await clock.sleep(POLL_MS, signal);
    signal.throwIfAborted();
  }
}

/** Fails where the control plane does not run; then there is nothing to wait for but that. */
async function exportKubeconfig({ kind, paths }: KindClusterTools): Promise<void> {
  await kind.run(['export', 'kubeconfig', '--kubeconfig', paths.kubeconfig]);
}

function openApi({ cluster, paths, openApi: open }: KindClusterTools) {
  return open({ kubeconfig: paths.kubeconfig, kubeContext: kindContextOf(cluster), namespace: 'default' });
}
