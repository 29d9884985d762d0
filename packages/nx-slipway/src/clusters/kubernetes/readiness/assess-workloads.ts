import { findCondition, numberAt, textAt, valueAt, type LiveObject } from '../live-object';
import { failed, pending, ready, type ReadinessState } from './readiness-state';

/** `spec.progressDeadlineSeconds` that stands for none: then the controller sets no condition (math.MaxInt32, as in kstatus). */
const NO_DEADLINE = 2_147_483_647;

/** A count of the status; a controller leaves out those that are 0. */
function count(object: LiveObject, field: string): number {
  return numberAt(object, 'status', field) ?? 0;
}

/** How many pods are asked for. */
function wantedReplicas(object: LiveObject): number {
  return numberAt(object, 'spec', 'replicas') ?? 1;
}

/** A Deployment: all its pods are of the newest template, available, and no old one is left (`deploymentConditions`). Pure. */
export function assessDeployment(deployment: LiveObject): ReadinessState {
  const progressing = findCondition(deployment, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    return failed(progressing.reason, progressing.message || 'its progressDeadlineSeconds are over');
  }
  const wanted = wantedReplicas(deployment);
  const replicas = count(deployment, 'replicas');
  const updated = count(deployment, 'updatedReplicas');
  const available = count(deployment, 'availableReplicas');
  const readyReplicas = count(deployment, 'readyReplicas');
  const refused = findCondition(deployment, 'ReplicaFailure');
  const because = describeHindrance(deployment, refused?.status === 'True' ? refused.message : undefined);
  if (wanted > replicas) return pending('LessReplicas', `${replicas} of ${wanted} pods exist${because}`);
  if (wanted > updated)
    return pending('LessUpdated', `${updated} of ${wanted} pods are of the newest template${because}`);
  if (replicas > wanted) return pending('ExtraPods', `${replicas - wanted} pods still have to end`);
  if (updated > available) return pending('LessAvailable', `${available} of ${updated} pods are available`);
  if (wanted > readyReplicas) return pending('LessReady', `${readyReplicas} of ${wanted} pods are ready`);
  const hasDeadline = (numberAt(deployment, 'spec', 'progressDeadlineSeconds') ?? NO_DEADLINE) !== NO_DEADLINE;
  const isComplete = progressing?.status === 'True' && progressing.reason === 'NewReplicaSetAvailable';
  // What is paused is not followed: the controller sets `DeploymentPaused` instead, also where all pods are of the newest template.
  const isFollowed = hasDeadline && valueAt(deployment, 'spec', 'paused') !== true;
  if (isFollowed && !isComplete) return pending('ReplicaSetNotAvailable', 'its newest ReplicaSet is not available');
  if (findCondition(deployment, 'Available')?.status !== 'True') {
    return pending('DeploymentNotAvailable', 'its condition Available is not True');
  }
  return ready(`${replicas} pods are available`);
}

function describeHindrance(deployment: LiveObject, refusal: string | undefined): string {
  if (refusal !== undefined) return `: ${refusal}`;
  return valueAt(deployment, 'spec', 'paused') === true ? '; it is paused (spec.paused)' : '';
}

/** Whether the pods of a StatefulSet or DaemonSet stay those of an earlier template until somebody deletes them. */
function isReplacedByHand(set: LiveObject): boolean {
  return textAt(set, 'spec', 'updateStrategy', 'type') === 'OnDelete';
}

/**
 * A StatefulSet: its pods are ready and of the newest revision, down to the partition (`stsConditions`). kstatus takes one whose pods are
 * replaced by hand for ready before it has any. Pure.
 */
export function assessStatefulSet(set: LiveObject): ReadinessState {
  const wanted = wantedReplicas(set);
  const replicas = count(set, 'replicas');
  const readyReplicas = count(set, 'readyReplicas');
  const updated = count(set, 'updatedReplicas');
  const current = count(set, 'currentReplicas');
  const partition = numberAt(set, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  if (wanted > replicas) return pending('LessReplicas', `${replicas} of ${wanted} pods exist`);
  if (wanted > readyReplicas) return pending('LessReady', `${readyReplicas} of ${wanted} pods are ready`);
  if (replicas > wanted) return pending('ExtraPods', `${replicas - wanted} pods still have to end`);
  if (isReplacedByHand(set)) return ready(`${replicas} pods are ready, and are replaced by hand (OnDelete)`);
  if (partition !== undefined) {
    const above = wanted - partition;
    return updated < above
      ? pending('PartitionRollout', `${updated} of ${above} pods above the partition are of the newest revision`)
      : ready(`${updated} pods above the partition are of the newest revision`);
  }
  if (wanted > current) return pending('LessCurrent', `${current} of ${wanted} pods are of the current revision`);
  if (textAt(set, 'status', 'currentRevision') !== textAt(set, 'status', 'updateRevision')) {
    return pending('RevisionMismatch', 'its pods are not yet of the newest revision');
  }
  return ready(`${replicas} pods are ready`);
}

/**
 * A DaemonSet: each node that should has a pod of the newest template, available (`daemonsetConditions`). kstatus waits for ever where pods are
 * replaced by hand. Pure.
 */
export function assessDaemonSet(set: LiveObject): ReadinessState {
  if (set.metadata?.generation === undefined) return pending('NoGeneration', 'it has no generation yet');
  if (numberAt(set, 'status', 'observedGeneration') === undefined) {
    return pending('NoObservedGeneration', 'its controller has not seen it yet');
  }
  const wanted = numberAt(set, 'status', 'desiredNumberScheduled');
  if (wanted === undefined) return pending('NoDesiredNumber', 'its controller has not counted the nodes yet');
  const steps = [
    ['LessCurrent', 'currentNumberScheduled', 'nodes have their pod'],
    ['LessUpdated', 'updatedNumberScheduled', 'pods are of the newest template'],
    ['LessAvailable', 'numberAvailable', 'pods are available'],
    ['LessReady', 'numberReady', 'pods are ready'],
  ] as const;
  for (const [reason, field, what] of steps) {
    if (reason === 'LessUpdated' && isReplacedByHand(set)) continue;
    const seen = count(set, field);
    if (wanted > seen) return pending(reason, `${seen} of ${wanted} ${what}`);
  }
  return ready(`${wanted} pods are available`);
}

/** A ReplicaSet that no Deployment owns (`replicasetConditions`). Pure. */
export function assessReplicaSet(set: LiveObject): ReadinessState {
  const failure = findCondition(set, 'ReplicaFailure');
  if (failure?.status === 'True') {
    return pending('ReplicaFailure', failure.message || 'its pods cannot be made');
  }
  const labelled = count(set, 'fullyLabeledReplicas');
  const wanted = wantedReplicas(set);
  return wanted > labelled
    ? pending('LessLabelled', `${labelled} of ${wanted} pods have all labels`)
    : assessReplicas(set);
}

/** A ReplicationController: the older form of a ReplicaSet; kstatus has no rule for it. Pure. */
export function assessReplicationController(controller: LiveObject): ReadinessState {
  return assessReplicas(controller);
}

function assessReplicas(set: LiveObject): ReadinessState {
  const wanted = wantedReplicas(set);
  const replicas = count(set, 'replicas');
  const available = count(set, 'availableReplicas');
  const readyReplicas = count(set, 'readyReplicas');
  if (wanted > available) return pending('LessAvailable', `${available} of ${wanted} pods are available`);
  if (wanted > readyReplicas) return pending('LessReady', `${readyReplicas} of ${wanted} pods are ready`);
  if (replicas > wanted) return pending('ExtraPods', `${replicas - wanted} pods still have to end`);
  return ready(`${replicas} pods are available`);
}
