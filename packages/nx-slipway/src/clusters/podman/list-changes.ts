import { isDeepStrictEqual } from 'node:util';
import type { ObjectChange, SourcedObject } from '../cluster';
import { objectKey } from './plan-deploy';
import { DEFAULT_NAMESPACE } from './default-namespace';

/** Kinds whose change is what became of their pods. */
const WORKLOAD_KINDS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'Job', 'Pod']);

/**
 * What a deploy did to each object, those that it removed last. Workloads are judged by their pods, all else by comparison with
 * what the same deploy asked for before. A claim that is no longer named keeps its volume, and so is not in the list. Pure.
 * @param podChanges `Kind namespace/name` of a workload to what became of its pods
 */
export function listChanges(
  before: readonly SourcedObject[],
  after: readonly SourcedObject[],
  podChanges: ReadonlyMap<string, ObjectChange['change']>,
): ObjectChange[] {
  const beforeByKey = new Map(before.map((sourced) => [objectKey(sourced), sourced.object]));
  const wanted = new Set(after.map(objectKey));
  const kept = after.map((sourced): ObjectChange => {
    const earlier = beforeByKey.get(objectKey(sourced));
    const compared = !earlier ? 'created' : isDeepStrictEqual(earlier, sourced.object) ? 'unchanged' : 'replaced';
    const isWorkload = WORKLOAD_KINDS.has(sourced.object.kind);
    return describe(sourced, isWorkload ? (podChanges.get(objectKey(sourced)) ?? compared) : compared);
  });
  const removed = before
    .filter((sourced) => !wanted.has(objectKey(sourced)) && sourced.object.kind !== 'PersistentVolumeClaim')
    .map((sourced) => describe(sourced, 'removed'));
  return [...kept, ...removed];
}

function describe({ object }: SourcedObject, change: ObjectChange['change']): ObjectChange {
  const { kind, metadata } = object;
  return { kind, namespace: metadata.namespace ?? DEFAULT_NAMESPACE, name: metadata.name, change };
}
