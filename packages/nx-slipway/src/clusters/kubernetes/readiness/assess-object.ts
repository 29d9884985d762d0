import { assessCustomResourceDefinition, assessJob, assessService, assessVolumeClaim } from './assess-kinds';
import { assessPod } from './assess-pod';
import {
  assessDaemonSet,
  assessDeployment,
  assessReplicaSet,
  assessReplicationController,
  assessStatefulSet,
} from './assess-workloads';
import { conditionsOf, findCondition, groupKindOf, numberAt, type Condition, type LiveObject } from '../live-object';
import { failed, pending, ready, type ReadinessState } from './readiness-state';

/**
 * The rules of kstatus by group and kind (sigs.k8s.io/cli-utils v0.37.2, pkg/kstatus/status/core.go, Apache-2.0). Kinds that are not here have
 * no state of their own, or tell it by conditions.
 */
const RULES: Readonly<Record<string, (object: LiveObject) => ReadinessState>> = {
  Service: assessService,
  Pod: assessPod,
  PersistentVolumeClaim: assessVolumeClaim,
  ReplicationController: assessReplicationController,
  'apps/StatefulSet': assessStatefulSet,
  'apps/DaemonSet': assessDaemonSet,
  'apps/Deployment': assessDeployment,
  'apps/ReplicaSet': assessReplicaSet,
  'batch/Job': assessJob,
  'apiextensions.k8s.io/CustomResourceDefinition': assessCustomResourceDefinition,
  'apiregistration.k8s.io/APIService': (object) => assessByCondition(object, 'Available'),
  'batch/CronJob': alwaysReady,
  'policy/PodDisruptionBudget': alwaysReady,
  ConfigMap: alwaysReady,
  Secret: alwaysReady,
};

/**
 * Whether an object is ready, by the rules of kstatus (cli-utils v0.37.2): first what all objects have in common, then the rules of its kind, then a
 * `Ready` condition, and where there is none of it, it is. What differs from kstatus: a Job counts by its completion, not by its
 * start, unless it is suspended; a Pod that failed has failed; pods that are replaced by hand (`OnDelete`) have to be ready all the same; a condition
 * counts for the generation that it names; that a pod cannot be scheduled is not told from a clock here, but by who waits. Pure.
 */
export function assessObject(object: LiveObject): ReadinessState {
  const general = assessGeneral(object);
  if (general) return general;
  const rule = RULES[groupKindOf(object)];
  return rule ? rule(object) : assessByCondition(object, 'Ready');
}

function assessGeneral(object: LiveObject): ReadinessState | undefined {
  if (object.metadata?.deletionTimestamp) return pending('Terminating', 'it is being deleted');
  const generation = object.metadata?.generation;
  const observed = numberAt(object, 'status', 'observedGeneration');
  if (generation !== undefined && observed !== undefined && observed !== generation) {
    return pending(
      'LatestGenerationNotObserved',
      `its generation is ${generation}, and its controller has seen ${observed}`,
    );
  }
  for (const condition of conditionsOf(object)) {
    const { type, status, reason = type, message = '' } = condition;
    if (status !== 'True' || isOfEarlier(condition, object)) continue;
    if (type === 'Reconciling') return pending(reason, message);
    if (type === 'Stalled') return failed(reason, message);
  }
  return undefined;
}

/** A condition that its controller has not set (yet, or ever) cannot be waited for. */
function assessByCondition(object: LiveObject, type: string): ReadinessState {
  const condition = findCondition(object, type);
  if (!condition) return ready('nothing is to be waited for');
  if (isOfEarlier(condition, object)) {
    return pending('LatestGenerationNotObserved', `its condition ${type} is that of an earlier generation`);
  }
  if (condition.status === 'True') return ready(`its condition ${type} is True`);
  return pending(condition.reason ?? type, condition.message || `its condition ${type} is ${condition.status}`);
}

/** Many controllers of custom kinds tell only in their conditions which generation they have seen (`metav1.Condition`, Kubernetes 1.19). */
function isOfEarlier({ observedGeneration }: Condition, { metadata }: LiveObject): boolean {
  return observedGeneration !== undefined && observedGeneration < (metadata?.generation ?? 0);
}

function alwaysReady(): ReadinessState {
  return ready('it is always ready');
}
