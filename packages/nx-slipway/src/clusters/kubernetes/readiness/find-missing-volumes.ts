import { listAt, textAt, valueAt, type LiveObject } from '../live-object';
import type { ReadinessEdge } from './awaited-object';
import { PROBLEM_GRACE_MS, type PodProblem } from './find-pod-problems';

/** A ConfigMap or Secret that a pod mounts. */
export interface MountedConfig {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
}

/** What a pod that waits for its volumes mounts and cannot do without: kubelet tells of it in events alone. Pure. */
export function listAwaitedConfigs(pod: LiveObject): MountedConfig[] {
  const containers = [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')];
  const isCreating = containers.some(
    (container) => textAt(container, 'state', 'waiting', 'reason') === 'ContainerCreating',
  );
  if (!isCreating && !isInitializing(containers)) return [];
  return listAt(pod, 'spec', 'volumes').flatMap((volume): MountedConfig[] => {
    const configMap =
      valueAt(volume, 'configMap', 'optional') === true ? undefined : textAt(volume, 'configMap', 'name');
    const secret = valueAt(volume, 'secret', 'optional') === true ? undefined : textAt(volume, 'secret', 'secretName');
    return [
      ...(configMap === undefined ? [] : [{ kind: 'ConfigMap' as const, name: configMap }]),
      ...(secret === undefined ? [] : [{ kind: 'Secret' as const, name: secret }]),
    ];
  });
}

/** All containers wait, the init containers for their volumes. */
function isInitializing(containers: readonly Readonly<Record<string, unknown>>[]): boolean {
  const reasons = containers.map((container) => textAt(container, 'state', 'waiting', 'reason'));
  return reasons.length > 0 && reasons.every((reason) => reason === 'PodInitializing');
}

/** The ConfigMaps and Secrets that a pod waits for and that are not there. What we may not read is taken to be there. */
export async function findMissingVolumes(pod: LiveObject, { api, target }: ReadinessEdge): Promise<PodProblem[]> {
  const namespace = encodeURIComponent(pod.metadata?.namespace ?? target.namespace);
  const found = await Promise.all(
    listAwaitedConfigs(pod).map(async ({ kind, name }): Promise<PodProblem[]> => {
      const plural = kind === 'Secret' ? 'secrets' : 'configmaps';
      const answer = await api.get(`/api/v1/namespaces/${namespace}/${plural}/${encodeURIComponent(name)}`);
      if (answer.status !== 'refused' || answer.httpStatus !== 404) return [];
      const message = `the ${kind} "${name}", which it mounts, is not there`;
      return [{ kind: 'config', reason: 'FailedMount', message, restarts: 0, graceMs: PROBLEM_GRACE_MS.config }];
    }),
  );
  return found.flat();
}
