import type { ListedContainer, ListedPod } from './container-list';
import type { CheckedContainer, CheckedPod } from './rendered-pod';

/** What there is of a pod, compared with what is wanted. `running` still has to prove that it answers. */
export type PodAssessment =
  | { readonly status: 'missing' }
  | { readonly status: 'stale'; readonly reason: string }
  | { readonly status: 'running' }
  | { readonly status: 'completed' };

/** Compares a wanted pod with what podman lists. A pod that a killed deploy left half made is `stale`. Pure. */
export function assessPod(wanted: CheckedPod, listed: ListedPod | undefined): PodAssessment {
  if (!listed) return { status: 'missing' };
  if (listed.hash !== wanted.hash) return stale('it has changed');
  const unfinished = wanted.initContainers.find((container) => !isCompleted(find(container, listed)));
  if (unfinished) return stale(`its init container ${unfinished.name} did not complete`);
  const foreign = wanted.containers.find((container) => hasOtherImage(container, listed));
  if (foreign) return stale(`${foreign.name} runs other bytes`);
  if (mayComplete(wanted) && wanted.containers.every((container) => isCompleted(find(container, listed)))) {
    return { status: 'completed' };
  }
  const stopped = wanted.containers.find((container) => find(container, listed)?.state !== 'running');
  if (stopped) return stale(`${stopped.name} does not run`);
  return listed.infra?.state === 'running' ? { status: 'running' } : stale('its network is gone');
}

function stale(reason: string): PodAssessment {
  return { status: 'stale', reason };
}

function find(container: CheckedContainer, listed: ListedPod): ListedContainer | undefined {
  return listed.containers.find((candidate) => candidate.container === container.name);
}

function isCompleted(container: ListedContainer | undefined): boolean {
  return container !== undefined && ['exited', 'stopped'].includes(container.state) && container.exitCode === 0;
}

function hasOtherImage(container: CheckedContainer, listed: ListedPod): boolean {
  const imageId = find(container, listed)?.imageId;
  return container.imageId !== null && imageId !== undefined && imageId !== container.imageId;
}

function mayComplete({ workload, restartPolicy }: CheckedPod): boolean {
  return workload.kind === 'Job' || (workload.kind === 'Pod' && restartPolicy !== 'Always');
}
