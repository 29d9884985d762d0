import { conditionsOf, findCondition, numberAt, textAt, valueAt, type LiveObject } from '../live-object';
import { failed, pending, ready, type ReadinessState } from './readiness-state';

/** A PersistentVolumeClaim: it has its volume (`pvcConditions`). Pure. */
export function assessVolumeClaim(claim: LiveObject): ReadinessState {
  const phase = textAt(claim, 'status', 'phase') ?? 'unknown';
  return phase === 'Bound'
    ? ready('it has its volume')
    : pending('NotBound', `its phase is ${phase}, it has no volume yet`);
}

/**
 * A Job: its work is done. kstatus (`jobConditions`) takes one that runs for ready; here a deploy waits for its completion, as on podman. One that
 * is suspended has nothing to do. Pure.
 */
export function assessJob(job: LiveObject): ReadinessState {
  const succeeded = numberAt(job, 'status', 'succeeded') ?? 0;
  const failures = numberAt(job, 'status', 'failed') ?? 0;
  const completions = numberAt(job, 'spec', 'completions') ?? numberAt(job, 'spec', 'parallelism') ?? 1;
  if (findCondition(job, 'Complete')?.status === 'True') return ready(`it completed, ${succeeded} of ${completions}`);
  const failure = findCondition(job, 'Failed');
  if (failure?.status === 'True') {
    return failed('JobFailed', failure.message || `${failures} of its pods failed`);
  }
  if (valueAt(job, 'spec', 'suspend') === true) return ready('it is suspended (spec.suspend)');
  if (textAt(job, 'status', 'startTime') === undefined) return pending('JobNotStarted', 'it has not started');
  const active = numberAt(job, 'status', 'active') ?? 0;
  return pending('JobInProgress', `${succeeded} of ${completions} completed, ${active} run, ${failures} failed`);
}

/** A Service: kstatus (`serviceConditions`) waits for no address from outside, which many clusters never give. Pure. */
export function assessService(service: LiveObject): ReadinessState {
  const isBalanced = textAt(service, 'spec', 'type') === 'LoadBalancer';
  return isBalanced && !textAt(service, 'spec', 'clusterIP')
    ? pending('NoIPAssigned', 'it has no address in the cluster yet')
    : ready('it has its address');
}

/** A CustomResourceDefinition: objects of its kind are served (`crdConditions`). Pure. */
export function assessCustomResourceDefinition(definition: LiveObject): ReadinessState {
  for (const { type, status, reason = type, message = '' } of conditionsOf(definition)) {
    if (type === 'NamesAccepted' && status === 'False') return failed(reason, message);
    if (type !== 'Established') continue;
    if (status === 'False' && reason !== 'Installing') return failed(reason, message);
    if (status === 'True') return ready('its kind is served');
  }
  return pending('Installing', 'its kind is not served yet');
}
