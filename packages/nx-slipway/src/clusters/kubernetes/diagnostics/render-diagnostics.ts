import { conditionsOf, listAt, numberAt, textAt, type LiveObject } from '../live-object';
import { assessObject } from '../readiness/assess-object';
import { describeObject, objectKey } from '../readiness/awaited-object';
import { timeOfEvent } from '../readiness/read-evidence';

type Fields = Readonly<Record<string, unknown>>;

/** Each object with its state and conditions, its pods, and what their containers are in. Pure. */
export function renderStates(
  live: readonly LiveObject[],
  missing: readonly LiveObject[],
  podsOf: ReadonlyMap<string, readonly LiveObject[]>,
): string {
  const lines = [
    ...missing.map((object) => `${describeObject(object)}: it is not there, or may not be read`),
    ...live.flatMap((object) => [
      ...renderState(object),
      ...(object.kind === 'Pod' ? renderPod(object) : (podsOf.get(objectKey(object)) ?? []).flatMap(renderPod)),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function renderState(object: LiveObject): string[] {
  const state = assessObject(object);
  const reason = state.status === 'ready' ? '' : ` (${state.reason})`;
  const conditions = conditionsOf(object).map(
    ({ type, status, reason: why, message }) => `  condition ${type} is ${status}${tail([why, message])}`,
  );
  return [`${describeObject(object)}: ${state.status}${reason}, ${state.message}`, ...conditions];
}

function tail(parts: readonly (string | undefined)[]): string {
  const told = parts.filter(Boolean);
  return told.length === 0 ? '' : ` (${told.join(': ')})`;
}

function renderPod(pod: LiveObject): string[] {
  const place = [textAt(pod, 'spec', 'nodeName') ?? 'no node', textAt(pod, 'status', 'podIP') ?? 'no address'];
  const ending = pod.metadata?.deletionTimestamp ? ', being deleted' : '';
  const statuses = [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')];
  return [
    `  pod ${pod.metadata?.name}: ${textAt(pod, 'status', 'phase')}, ${place.join(', ')}${ending}`,
    ...statuses.map(renderContainer),
  ];
}

function renderContainer(status: Fields): string {
  const restarts = numberAt(status, 'restartCount') ?? 0;
  const isReady = status['ready'] === true ? 'ready' : 'not ready';
  const states = [
    ['', status['state']],
    ['before: ', status['lastState']],
  ] as const;
  const told = states.flatMap(([label, state]) => describeState(state).map((text) => `${label}${text}`));
  return `    container ${textAt(status, 'name')}: ${[isReady, ...told, `${restarts} restarts`, textAt(status, 'image')].join(', ')}`;
}

function describeState(state: unknown): string[] {
  const started = textAt(state, 'running', 'startedAt');
  if (started !== undefined) return [`runs since ${started}`];
  const waiting = textAt(state, 'waiting', 'reason');
  if (waiting !== undefined) return [`waits${tail([waiting, textAt(state, 'waiting', 'message')])}`];
  const exitCode = numberAt(state, 'terminated', 'exitCode');
  if (exitCode === undefined) return [];
  const why = tail([textAt(state, 'terminated', 'reason'), textAt(state, 'terminated', 'message')]);
  return [`ended with exit code ${exitCode} at ${textAt(state, 'terminated', 'finishedAt')}${why}`];
}

/** Events in the order in which they came. Pure. */
export function renderEventLog(events: readonly Fields[]): string {
  const lines = events
    .toSorted((left, right) => timeOfEvent(left).localeCompare(timeOfEvent(right)))
    .map((event) => {
      const { kind, namespace, name } = (event['involvedObject'] ?? {}) as Readonly<Record<string, string>>;
      const count = numberAt(event, 'series', 'count') ?? numberAt(event, 'count') ?? 1;
      const times = count > 1 ? ` (${count} times)` : '';
      return `${timeOfEvent(event)} ${textAt(event, 'type')} ${kind} ${namespace}/${name} ${textAt(event, 'reason')}${times}: ${textAt(event, 'message')}`;
    });
  return `${lines.join('\n')}\n`;
}

/** Says nothing that the object itself does not say. */
const NOISE = ['managedFields', 'kubectl.kubernetes.io/last-applied-configuration'];

/** An object as it may be written to a file: what a Secret holds is left out, and who has set which field. Pure. */
export function withoutSecretData(object: LiveObject): LiveObject {
  const metadata = withoutNoise(object.metadata);
  const annotations = withoutNoise(metadata['annotations']) as Readonly<Record<string, string>>;
  const readable = { ...object, metadata: { ...metadata, annotations } };
  if (object.kind !== 'Secret') return readable;
  const data = Object.entries(object['data'] ?? {}).map(([key]) => [key, '[redacted]']);
  return { ...readable, data: Object.fromEntries(data) as unknown };
}

function withoutNoise(fields: unknown): Fields {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([name]) => !NOISE.includes(name)));
}
