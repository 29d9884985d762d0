import { groupKindOf, listAt, textAt, valueAt, type LiveObject } from '../live-object';

/** Kinds that make pods, and by which the pods of one of them are found. */
export const POD_MAKERS: readonly string[] = [
  'Pod',
  'ReplicationController',
  'apps/Deployment',
  'apps/StatefulSet',
  'apps/DaemonSet',
  'apps/ReplicaSet',
  'batch/Job',
];

/** What was listed in a namespace. */
export interface ListedPods {
  readonly pods: readonly LiveObject[];
  /** Needed for Deployments alone: which of theirs is the newest. */
  readonly replicaSets: readonly LiveObject[];
}

/** Annotations and labels by which controllers mark what belongs to which revision (Kubernetes 1.34). */
const REVISION = 'deployment.kubernetes.io/revision';
const DAEMON_GENERATION = {
  ofSet: 'deprecated.daemonset.template.generation',
  ofPod: 'pod-template-generation',
} as const;

/**
 * The pods that an object made for its newest template: those of earlier ones may well be broken, since that is what a deploy mends. A pod
 * that stands for itself is its own. Pure.
 */
export function selectOwnPods(object: LiveObject, { pods, replicaSets }: ListedPods): LiveObject[] {
  const madeBy = (owner: LiveObject | undefined): LiveObject[] =>
    owner ? pods.filter((pod) => isMadeBy(pod, owner)) : [];
  switch (groupKindOf(object)) {
    case 'Pod':
      return [object];
    case 'apps/Deployment':
      return madeBy(findNewestReplicaSet(object, replicaSets));
    case 'apps/StatefulSet':
      return madeBy(object).filter(
        ({ metadata }) => metadata?.labels?.['controller-revision-hash'] === textAt(object, 'status', 'updateRevision'),
      );
    case 'apps/DaemonSet':
      return madeBy(object).filter(
        ({ metadata }) =>
          metadata?.labels?.[DAEMON_GENERATION.ofPod] === object.metadata?.annotations?.[DAEMON_GENERATION.ofSet],
      );
    default:
      return madeBy(object);
  }
}

/** The pods that an object made, also for earlier templates; a pod that stands for itself is its own. Pure. */
export function selectMadePods(object: LiveObject, { pods, replicaSets }: ListedPods): LiveObject[] {
  if (groupKindOf(object) === 'Pod') return [object];
  const owners = [object, ...replicaSets.filter((set) => isMadeBy(set, object))];
  return pods.filter((pod) => owners.some((owner) => isMadeBy(pod, owner)));
}

/** The ReplicaSet of a Deployment's newest template; `undefined` where there is none yet. Pure. */
export function findNewestReplicaSet(
  deployment: LiveObject,
  replicaSets: readonly LiveObject[],
): LiveObject | undefined {
  const revision = deployment.metadata?.annotations?.[REVISION];
  return replicaSets.find((set) => isMadeBy(set, deployment) && set.metadata?.annotations?.[REVISION] === revision);
}

function isMadeBy(made: LiveObject, owner: LiveObject): boolean {
  const uid = owner.metadata?.uid;
  return uid !== undefined && (made.metadata?.ownerReferences ?? []).some((reference) => reference.uid === uid);
}

/** Whether some container of what an object makes has no readiness probe: it counts as ready as soon as it runs. Pure. */
export function hasUnprobedContainer(object: LiveObject): boolean {
  const template = groupKindOf(object) === 'Pod' ? object : valueAt(object, 'spec', 'template');
  return listAt(template, 'spec', 'containers').some((container) => container['readinessProbe'] === undefined);
}
