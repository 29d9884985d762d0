import { findCondition, listAt, numberAt, textAt, type LiveObject } from '../live-object';

/** What keeps a pod from becoming ready, and is not going to pass. */
export type PodProblem = PodProblemFacts & {
  readonly kind: 'image-pull' | 'crash-loop' | 'exited' | 'config' | 'unschedulable';
  /** How long it must last, as we see it, before it counts: it may pass by itself until then. */
  readonly graceMs: number;
};

interface PodProblemFacts {
  /** Name of the container; not given where it is the pod as a whole. */
  readonly container?: string;
  /** What Kubernetes says: `CrashLoopBackOff`, and its message. */
  readonly reason: string;
  readonly message: string;
  readonly restarts: number;
  /** Of its last end. */
  readonly exitCode?: number | undefined;
}

/**
 * How long problems may last. A pull is tried again after 10 s (kubelet's back-off, Kubernetes 1.34), so that after 15 s it has failed twice; a Secret may
 * come with another deploy; a pod that gives way to a new one needs its grace period of 30 s to leave the node.
 */
export const PROBLEM_GRACE_MS = { imagePull: 15_000, config: 15_000, unschedulable: 30_000 } as const;

/** So often a container may end before it counts as a crash loop: with kubelet's pauses of 0, 10 and 20 s that takes half a minute. */
export const CRASH_LOOP_RESTARTS = 3;

/** Waits for the image (pkg/kubelet/images/types.go, Kubernetes v1.34). */
const IMAGE_REASONS = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ErrImageInspect',
  'RegistryUnavailable',
  'SignatureValidationFailed',
];

/** Those that trying again cannot heal. */
const FINAL_IMAGE_REASONS = ['ErrImageNeverPull', 'InvalidImageName'];

/** The container's program cannot be started, which trying again does not heal (containerd 2, CRI-O). */
const START_REASONS = ['StartError', 'ContainerCannotRun'];

/** The container cannot be made as it is asked for (pkg/kubelet/kuberuntime/kuberuntime_container.go, Kubernetes v1.34). */
const CONFIG_REASONS = [
  'CreateContainerConfigError',
  'CreateContainerError',
  'PreCreateHookError',
  'PreStartHookError',
];

/**
 * What keeps a pod from becoming ready, by what Kubernetes tells of it and its containers; init containers first. Whether a container that ends
 * is a problem is the Job's to tell where there is one (`mayFail`). Pure.
 */
export function findPodProblems(
  pod: LiveObject,
  { mayFail = false }: { readonly mayFail?: boolean } = {},
): PodProblem[] {
  if (pod.metadata?.deletionTimestamp) return [];
  const containers = [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')];
  return [
    ...findUnschedulable(pod),
    ...containers.flatMap((container) => findWaitingProblem(container)),
    ...(mayFail ? [] : containers.flatMap((container) => findEnded(container, pod))),
  ];
}

/** A node that has just been made, or is away, has a taint of this name until it is ready (Kubernetes 1.34): that passes. */
const COMING_NODE = /untolerated taint \{node\.kubernetes\.io\/(?:not-ready|unreachable|network-unavailable)\b/;

function findUnschedulable(pod: LiveObject): PodProblem[] {
  const scheduled = findCondition(pod, 'PodScheduled');
  if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return [];
  const { reason, message = 'no node takes it' } = scheduled;
  if (COMING_NODE.test(message)) return [];
  return [{ kind: 'unschedulable', reason, message, restarts: 0, graceMs: PROBLEM_GRACE_MS.unschedulable }];
}

type ContainerStatus = Readonly<Record<string, unknown>>;

function factsOf(container: ContainerStatus): PodProblemFacts {
  const waiting = textAt(container, 'state', 'waiting', 'reason');
  const ended = valueOfEnd(container);
  return {
    container: textAt(container, 'name') ?? '',
    reason: waiting ?? textAt(ended, 'reason') ?? 'Error',
    message: textAt(container, 'state', 'waiting', 'message') ?? textAt(ended, 'message') ?? '',
    restarts: numberAt(container, 'restartCount') ?? 0,
    exitCode: numberAt(ended, 'exitCode'),
  };
}

/** The last end of a container: the present one, or that before its present start. */
function valueOfEnd(container: ContainerStatus): unknown {
  const { state, lastState } = container as { state?: { terminated?: unknown }; lastState?: { terminated?: unknown } };
  return state?.terminated ?? lastState?.terminated;
}

function findWaitingProblem(container: ContainerStatus): PodProblem[] {
  const facts = factsOf(container);
  const waiting = textAt(container, 'state', 'waiting', 'reason') ?? '';
  if (IMAGE_REASONS.includes(waiting)) {
    const graceMs = FINAL_IMAGE_REASONS.includes(waiting) ? 0 : PROBLEM_GRACE_MS.imagePull;
    return [{ kind: 'image-pull', ...facts, graceMs }];
  }
  return CONFIG_REASONS.includes(waiting) ? [{ kind: 'config', ...facts, graceMs: PROBLEM_GRACE_MS.config }] : [];
}

function findEnded(container: ContainerStatus, pod: LiveObject): PodProblem[] {
  const facts = factsOf(container);
  const waiting = textAt(container, 'state', 'waiting', 'reason');
  const end = valueOfEnd(container);
  if (waiting !== undefined && START_REASONS.includes(textAt(end, 'reason') ?? '')) {
    return [{ kind: 'config', ...facts, message: textAt(end, 'message') ?? facts.message, graceMs: 0 }];
  }
  if (waiting === 'CrashLoopBackOff' && facts.restarts >= CRASH_LOOP_RESTARTS) {
    return [{ kind: 'crash-loop', ...facts, graceMs: 0 }];
  }
  const exitCode = numberAt(container, 'state', 'terminated', 'exitCode') ?? 0;
  const isFinal = textAt(pod, 'spec', 'restartPolicy') === 'Never' && exitCode !== 0;
  return isFinal ? [{ kind: 'exited', ...facts, graceMs: 0 }] : [];
}
