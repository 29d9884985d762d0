import { groupByCollection } from '../group-by-collection';
import type { KubernetesTools } from '../kubernetes-tools';
import { refKey, type LiveObject, type ObjectRef } from './object-ref';
import { OWNER_LABEL, ownerLabelOf } from './ownership';
import { readApi } from './read-api';

/** An object to look up. */
export interface LocatedRef extends ObjectRef {
  /** Its path in the API. */
  readonly path: string;
}

/** Reads each object by itself; those that are not there are not in the result, which is keyed by `refKey`. */
export async function readLiveObjects(
  refs: readonly LocatedRef[],
  edge: Pick<KubernetesTools, 'api' | 'tools'>,
): Promise<ReadonlyMap<string, LiveObject>> {
  const found = await Promise.all(
    refs.map(async (ref) => {
      const body = await readApi(ref.path, edge);
      return body === undefined ? [] : [[refKey(ref), asLive(ref, body)] as const];
    }),
  );
  return new Map(found.flat());
}

/**
 * The same for objects that bear the owner's label, with the fewest requests: those of one kind and namespace are read by one,
 * all of them side by side.
 */
export async function readOwnedObjects(
  owner: string,
  refs: readonly LocatedRef[],
  edge: Pick<KubernetesTools, 'api' | 'tools'>,
): Promise<ReadonlyMap<string, LiveObject>> {
  const wanted = new Set(refs.map(refKey));
  const groups = groupByCollection(refs);
  const selector = `labelSelector=${encodeURIComponent(`${OWNER_LABEL}=${ownerLabelOf(owner)}`)}`;
  const found = await Promise.all(
    [...groups].map(async ([collection, group]): Promise<ReadonlyMap<string, LiveObject>> => {
      const [first, second] = group;
      if (!first || !second) return readLiveObjects(group, edge);
      const body = (await readApi(`${collection}?${selector}`, edge)) as
        { readonly items?: readonly unknown[] } | undefined;
      return new Map((body?.items ?? []).map((item) => liveOfItem(first, item)));
    }),
  );
  return new Map(found.flatMap((part) => [...part]).filter(([key]) => wanted.has(key)));
}

function liveOfItem(sibling: ObjectRef, item: unknown): [string, LiveObject] {
  const live = asLive(sibling, item);
  const { name, namespace = '' } = live.metadata;
  return [refKey({ ...sibling, name, namespace }), live];
}

/** Items of a list come without their kind. */
function asLive({ apiVersion, kind }: ObjectRef, body: unknown): LiveObject {
  return { ...(body as LiveObject), apiVersion, kind };
}
