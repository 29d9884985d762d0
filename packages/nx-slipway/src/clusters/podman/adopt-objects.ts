import type { DeployRequest } from '../cluster';
import type { ClusterState } from './cluster-state';
import { objectKey } from './plan-deploy';

/**
 * Gives a deploy the objects that it names and that a project had which is no more: renamed, or deleted. What of such a project
 * nobody names stays, since it may be another workspace's. Changes nothing when the request does not tell which projects there are. Pure.
 */
export function adoptObjects(
  state: ClusterState,
  { owner, objects, knownOwners }: Pick<DeployRequest, 'owner' | 'objects' | 'knownOwners'>,
): ClusterState {
  if (!knownOwners) return state;
  const named = new Set(objects.map(objectKey));
  const isLost = (other: string): boolean => other !== owner && !knownOwners.includes(other);
  const adopted = Object.entries(state.owners)
    .filter(([other]) => isLost(other))
    .flatMap(([, theirs]) => theirs.filter((sourced) => named.has(objectKey(sourced))));
  if (adopted.length === 0) return state;
  const taken = new Set(adopted.map(objectKey));
  const remaining = Object.entries(state.owners)
    .map(([other, theirs]) =>
      isLost(other)
        ? ([other, theirs.filter((sourced) => !taken.has(objectKey(sourced)))] as const)
        : ([other, theirs] as const),
    )
    .filter(([, theirs]) => theirs.length > 0);
  const own = [...(state.owners[owner] ?? []), ...adopted];
  return { ...state, owners: { ...Object.fromEntries(remaining), [owner]: own } };
}
