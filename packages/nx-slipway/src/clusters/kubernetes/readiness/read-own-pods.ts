import { objectKey, type ReadinessEdge } from './awaited-object';
import { groupKindOf, liveObjectsOf, valueAt, type LiveObject } from '../live-object';
import { POD_MAKERS, selectMadePods, selectOwnPods, type ListedPods } from './select-own-pods';

/** A label selector, as workloads have it. */
interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/**
 * The pods that each of these workloads has made for its newest template, by `objectKey`. What may not be listed, or
 * cannot be now, is left out: pods tell why something is not ready, not whether it is.
 */
export async function readOwnPods(
  workloads: readonly LiveObject[],
  edge: ReadinessEdge,
): Promise<ReadonlyMap<string, readonly LiveObject[]>> {
  return readPods(workloads, selectOwnPods, edge);
}

/** The same for all pods that they have made, also for earlier templates. */
export async function readMadePods(
  workloads: readonly LiveObject[],
  edge: ReadinessEdge,
): Promise<ReadonlyMap<string, readonly LiveObject[]>> {
  return readPods(workloads, selectMadePods, edge);
}

type SelectPods = (workload: LiveObject, listed: ListedPods) => LiveObject[];

async function readPods(
  workloads: readonly LiveObject[],
  select: SelectPods,
  edge: ReadinessEdge,
): Promise<ReadonlyMap<string, readonly LiveObject[]>> {
  const makers = workloads.filter((workload) => POD_MAKERS.includes(groupKindOf(workload)));
  const found = await Promise.all(
    makers.map(async (workload) => [objectKey(workload), await readPodsOf(workload, select, edge)] as const),
  );
  return new Map(found);
}

async function readPodsOf(workload: LiveObject, select: SelectPods, edge: ReadinessEdge): Promise<LiveObject[]> {
  if (groupKindOf(workload) === 'Pod') return [workload];
  const namespace = encodeURIComponent(workload.metadata?.namespace ?? edge.target.namespace);
  const query = `?labelSelector=${encodeURIComponent(renderSelector(selectorOf(workload)))}`;
  const list = async (base: string, plural: string): Promise<readonly LiveObject[]> => {
    const answer = await edge.api.get(`${base}/namespaces/${namespace}/${plural}${query}`);
    return answer.status === 'ok' ? liveObjectsOf(answer.body) : [];
  };
  const [pods, replicaSets] = await Promise.all([
    list('/api/v1', 'pods'),
    groupKindOf(workload) === 'apps/Deployment' ? list('/apis/apps/v1', 'replicasets') : [],
  ]);
  return select(workload, { pods, replicaSets });
}

/** A ReplicationController's selector is a plain map of labels. */
function selectorOf(workload: LiveObject): LabelSelector {
  const selector = valueAt(workload, 'spec', 'selector') ?? {};
  return groupKindOf(workload) === 'ReplicationController'
    ? { matchLabels: selector as Readonly<Record<string, string>> }
    : selector;
}

/** A selector as a query has it: `app=web,tier in (a,b),!old`. Pure. */
export function renderSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'NotIn' ? 'notin' : 'in'} (${values.join(',')})`;
  });
  return [...labels, ...expressions].join(',');
}
