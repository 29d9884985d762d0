import { findCondition, listAt, textAt, type LiveObject } from '../live-object';
import { failed, pending, ready, type ReadinessState } from './readiness-state';

/**
 * A Pod (`podConditions`). One that ended with an error has failed; kstatus takes it for done. Whether a crash
 * loop is final is decided by the count of restarts (`find-pod-problems.ts`). Pure.
 */
export function assessPod(pod: LiveObject): ReadinessState {
  const phase = textAt(pod, 'status', 'phase') ?? '';
  switch (phase) {
    case 'Succeeded':
      return ready('it completed');
    case 'Failed':
      return failed(
        'PodFailed',
        textAt(pod, 'status', 'message') ?? textAt(pod, 'status', 'reason') ?? 'a container ended with an error',
      );
    case 'Running':
      return assessRunning(pod);
    case 'Pending': {
      const scheduled = findCondition(pod, 'PodScheduled');
      return scheduled?.status === 'False' && scheduled.reason === 'Unschedulable'
        ? pending('PodNotScheduled', `no node takes it: ${scheduled.message ?? ''}`)
        : pending('PodPending', 'its containers do not run yet');
    }
    case '':
      return pending('PodNotObserved', 'no node has looked at it yet');
    default:
      return pending('PodUnknown', `its phase is ${phase}`);
  }
}

function assessRunning(pod: LiveObject): ReadinessState {
  if (findCondition(pod, 'Ready')?.status === 'True') return ready('it is ready');
  const looping = listAt(pod, 'status', 'containerStatuses').filter(
    (container) => textAt(container, 'state', 'waiting', 'reason') === 'CrashLoopBackOff',
  );
  if (looping.length === 0) return pending('PodRunningNotReady', 'it runs and is not ready');
  const names = looping.map((container) => textAt(container, 'name')).join(', ');
  return pending('ContainerCrashLooping', `its containers end again and again: ${names}`);
}
