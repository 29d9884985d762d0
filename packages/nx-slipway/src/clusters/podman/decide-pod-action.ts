import { assessPod } from './assess-pod';
import { findPodFault } from './check-running-pod';
import type { ClusterTools } from './cluster-tools';
import type { ListedPod } from './container-list';
import type { CheckedPod } from './rendered-pod';
import type { Redirect } from './resolve-services';
import { podKey } from './pod-key';

/** What a decision about a pod looks at, besides the pod itself. */
export interface PodsToDecide {
  readonly owner: string;
  /** What podman had when the deploy began, by `namespace/pod`. */
  readonly listed: ReadonlyMap<string, ListedPod>;
  readonly redirects: ReadonlyMap<string, readonly Redirect[]>;
}

/** What has to be done to a pod. */
export type PodAction =
  | { readonly kind: 'leave' }
  | { readonly kind: 'wait'; readonly listed: ListedPod }
  | { readonly kind: 'start' }
  | { readonly kind: 'replace'; readonly listed: ListedPod; readonly reason: string };

/** A pod that was started so recently may still be starting: a deploy that was killed may have started it. */
const YOUNG_POD_MS = 60_000;

/** Decides what has to be done to a pod, with real probes of one that seems to run. */
export async function decidePodAction(pod: CheckedPod, run: PodsToDecide, edge: ClusterTools): Promise<PodAction> {
  const listed = run.listed.get(podKey(pod));
  const assessment = assessPod(pod, listed);
  if (!listed || assessment.status === 'missing') return { kind: 'start' };
  if (assessment.status === 'stale') return { kind: 'replace', listed, reason: assessment.reason };
  // Its labels would go on saying so, and by them it is removed and diagnosed.
  if (listed.owner !== run.owner) return { kind: 'replace', listed, reason: `it was deployed by ${listed.owner}` };
  if (assessment.status === 'completed') return { kind: 'leave' };
  if (pod.workload.kind === 'Job') return { kind: 'wait', listed };
  const fault = await findPodFault(pod, listed, run.redirects.get(podKey(pod)) ?? [], edge);
  if (fault === undefined) return { kind: 'leave' };
  const startedAtMs = Math.max(...listed.containers.map(({ startedAt }) => startedAt)) * 1_000;
  const isYoung = edge.tools.clock.now() - startedAtMs < YOUNG_POD_MS;
  return fault.kind === 'silent' && isYoung
    ? { kind: 'wait', listed }
    : { kind: 'replace', listed, reason: fault.reason };
}
