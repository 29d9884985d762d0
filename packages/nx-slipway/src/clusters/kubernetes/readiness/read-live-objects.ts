import { groupByCollection } from '../group-by-collection';
import { isServerTrouble, type ApiAnswer } from '../kube-api';
import type { AwaitedObject, ReadinessEdge } from './awaited-object';
import { liveObjectsOf, type LiveObject } from '../live-object';

/** What became of reading one object. */
export type Reading =
  | { readonly status: 'found'; readonly object: LiveObject }
  | { readonly status: 'missing' }
  /** The server does not answer, or has trouble of its own: nothing is known. */
  | { readonly status: 'away'; readonly message: string }
  /** It answers, and does not let us read. */
  | { readonly status: 'refused'; readonly httpStatus: number; readonly message: string };

/**
 * Reads what objects are now, in their order: those of one kind and namespace by one request, all side by side. That the server is
 * away is a result.
 * @param labelSelector what most of them bear, so that not all of a namespace is read; those that do not are read by themselves
 */
export async function readLiveObjects(
  awaited: readonly AwaitedObject[],
  labelSelector: string | undefined,
  edge: ReadinessEdge,
): Promise<Reading[]> {
  const groups = groupByCollection(awaited);
  const query = labelSelector === undefined ? '' : `?labelSelector=${encodeURIComponent(labelSelector)}`;
  const readings = new Map<AwaitedObject, Reading>();
  await Promise.all(
    [...groups].map(async ([collection, members]) => {
      const found = members.length > 1 ? await listObjects(`${collection}${query}`, members, edge) : undefined;
      for (const item of members) readings.set(item, found?.get(item) ?? (await readOne(item, edge)));
    }),
  );
  return awaited.map((item) => readings.get(item) ?? { status: 'missing' });
}

/** Those that were listed; `undefined` where that is not allowed: a role may allow to read one, and not to list. */
async function listObjects(
  listPath: string,
  members: readonly AwaitedObject[],
  { api }: ReadinessEdge,
): Promise<ReadonlyMap<AwaitedObject, Reading> | undefined> {
  const answer = await api.get(listPath);
  const reading = readingOf(answer, ({ body }) => ({ items: liveObjectsOf(body) }));
  if ('status' in reading) {
    return reading.status === 'away' ? new Map(members.map((item) => [item, reading])) : undefined;
  }
  const byName = new Map(reading.items.map((object) => [object.metadata?.name, object]));
  return new Map(
    members.flatMap((item) => {
      const object = byName.get(item.object.metadata?.name);
      return object ? [[item, { status: 'found', object: withKind(object, item) }]] : [];
    }),
  );
}

async function readOne(item: AwaitedObject, { api }: ReadinessEdge): Promise<Reading> {
  return readingOf(await api.get(item.path), ({ body }) => ({
    status: 'found',
    object: withKind(body as LiveObject, item),
  }));
}

/** Items of a list come without their kind. */
function withKind(object: LiveObject, { object: { apiVersion, kind } }: AwaitedObject): LiveObject {
  return { ...object, apiVersion, kind };
}

/** What an answer says of an object or a list. Pure. */
export function readingOf<Content>(
  answer: ApiAnswer,
  read: (answer: Extract<ApiAnswer, { status: 'ok' }>) => Content,
): Content | Exclude<Reading, { status: 'found' }> {
  if (answer.status === 'ok') return read(answer);
  const { message } = answer;
  if (answer.status === 'unreachable' || isServerTrouble(answer.httpStatus)) return { status: 'away', message };
  return answer.httpStatus === 404
    ? { status: 'missing' }
    : { status: 'refused', httpStatus: answer.httpStatus, message };
}
