import { describeObject, objectKey, type ReadinessEdge } from './awaited-object';
import { listAt, numberAt, textAt, valueAt, type LiveObject } from '../live-object';
import type { LookedAt } from './look-round';
import { readOwnPods } from './read-own-pods';

/** So many objects are looked into; of the others their state is told alone. */
const EXPLAINED_OBJECTS = 3;

/** Lines of logs over all objects that are looked into: with the rest they fit into what is shown of an error (`SHOWN_OUTPUT_LINES`). */
const LOG_LINES = 18;

const FEWEST_LOG_LINES = 6;

const EVENTS_OF_OBJECT = 3;

/**
 * What helps to understand why objects are not ready, as text: for the last of them their source and state, what their pods are in, the
 * last events, and the end of the logs of containers that are not ready. What cannot be read is left out. Values of Secrets may be in it.
 */
export async function readEvidence(waiting: readonly LookedAt[], edge: ReadinessEdge): Promise<string> {
  const explained = waiting.slice(-EXPLAINED_OBJECTS);
  const pods = await readOwnPods(
    explained.flatMap(({ live }) => (live ? [live] : [])),
    edge,
  );
  const logLines = Math.max(FEWEST_LOG_LINES, Math.floor(LOG_LINES / explained.length));
  const parts = await Promise.all(
    explained.map((looked) => readEvidenceOf(looked, pods.get(objectKey(looked.awaited.object)) ?? [], logLines, edge)),
  );
  return parts.flat().join('\n');
}

async function readEvidenceOf(
  { awaited, state, live }: LookedAt,
  pods: readonly LiveObject[],
  logLines: number,
  edge: ReadinessEdge,
): Promise<string[]> {
  const troubled = pods.find((pod) => listNotReady(pod).length > 0) ?? pods[0];
  const [ofObject, ofPod, logs] = await Promise.all([
    live ? readEventLines(live, edge) : [],
    troubled && troubled !== live ? readEventLines(troubled, edge) : [],
    troubled ? readLogEnds(troubled, logLines, edge) : [],
  ]);
  return [
    `${describeObject(awaited.object)} (${awaited.source}): ${state.message}`,
    ...pods.flatMap(describePod),
    ...indent([...ofObject, ...ofPod].slice(-EVENTS_OF_OBJECT)),
    ...indent(logs),
  ];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

type ContainerStatus = Readonly<Record<string, unknown>>;

/** Containers that keep a pod from being ready: init containers that have not completed come first, and hide the others. */
export function listNotReady(pod: LiveObject): readonly ContainerStatus[] {
  const initial = listAt(pod, 'status', 'initContainerStatuses').filter(
    (status) => status['ready'] !== true && status['started'] !== true,
  );
  return initial.length > 0
    ? initial.slice(0, 1)
    : listAt(pod, 'status', 'containerStatuses').filter((status) => status['ready'] !== true);
}

/** What a pod and its containers are in: `pod web-0, container app: CrashLoopBackOff, ended 4 times, last with exit code 1`. Pure. */
export function describePod(pod: LiveObject): string[] {
  const name = pod.metadata?.name ?? '';
  const statuses = listNotReady(pod);
  if (statuses.length === 0) {
    const phase = textAt(pod, 'status', 'phase') ?? 'not seen by a node yet';
    const isReady = listAt(pod, 'status', 'containerStatuses').length > 0;
    return [`  pod ${name}: ${isReady && phase === 'Running' ? 'its containers are ready' : phase}`];
  }
  return statuses.map((status) => `  pod ${name}, container ${textAt(status, 'name')}: ${describeContainer(status)}`);
}

function describeContainer(status: ContainerStatus): string {
  const restarts = numberAt(status, 'restartCount') ?? 0;
  const ended = valueAt(status, 'state', 'terminated') ?? valueAt(status, 'lastState', 'terminated');
  const exitCode = numberAt(ended, 'exitCode');
  const now =
    textAt(status, 'state', 'waiting', 'reason') ??
    textAt(status, 'state', 'terminated', 'reason') ??
    'runs, and its readiness probe does not succeed';
  const isRunning = valueAt(status, 'state', 'running') !== undefined;
  const count = ended === undefined ? 0 : isRunning ? restarts : restarts + 1;
  const ends = count === 0 ? '' : `, ended ${count === 1 ? 'once' : `${count} times`}`;
  return `${now}${ends}${exitCode === undefined ? '' : `, last with exit code ${exitCode}`}`;
}

async function readEventLines(object: LiveObject, { api, target }: ReadinessEdge): Promise<string[]> {
  const namespace = encodeURIComponent(object.metadata?.namespace ?? target.namespace);
  const selector = encodeURIComponent(`involvedObject.uid=${object.metadata?.uid}`);
  const answer = await api.get(`/api/v1/namespaces/${namespace}/events?fieldSelector=${selector}`);
  return answer.status === 'ok' ? renderEvents(listAt(answer.body, 'items')) : [];
}

/** Events as lines, the last one last: the warnings, or all where there is no warning. Pure. */
export function renderEvents(events: readonly Readonly<Record<string, unknown>>[]): string[] {
  const warnings = events.filter((event) => event['type'] === 'Warning');
  return (warnings.length > 0 ? warnings : events)
    .toSorted((left, right) => timeOfEvent(left).localeCompare(timeOfEvent(right)))
    .slice(-EVENTS_OF_OBJECT)
    .map((event) => {
      const count = numberAt(event, 'series', 'count') ?? numberAt(event, 'count') ?? 1;
      const message = (textAt(event, 'message') ?? '').trim().split('\n')[0];
      return `event ${textAt(event, 'reason')}${count > 1 ? ` (${count} times)` : ''}: ${message}`;
    });
}

/** When an event was last seen, as a text that sorts. Pure. */
export function timeOfEvent(event: Readonly<Record<string, unknown>>): string {
  return (
    textAt(event, 'series', 'lastObservedTime') ??
    textAt(event, 'lastTimestamp') ??
    textAt(event, 'eventTime') ??
    textAt(event, 'metadata', 'creationTimestamp') ??
    ''
  );
}

async function readLogEnds(pod: LiveObject, logLines: number, edge: ReadinessEdge): Promise<string[]> {
  const parts = await Promise.all(
    listNotReady(pod).map(async (status) => {
      const container = textAt(status, 'name') ?? '';
      const lines = await readLogEnd(pod, status, logLines, edge);
      return lines.length === 0 ? [] : [`log of ${container}:`, ...indent(lines)];
    }),
  );
  return parts.flat();
}

/** Of a container that waits to be started again, what it printed before. */
async function readLogEnd(
  pod: LiveObject,
  status: ContainerStatus,
  logLines: number,
  { api, target }: ReadinessEdge,
): Promise<string[]> {
  const isWaiting = valueAt(status, 'state', 'waiting') !== undefined;
  const hasRun = numberAt(status, 'restartCount') !== 0;
  if (isWaiting && !hasRun) return [];
  const query = new URLSearchParams({
    container: textAt(status, 'name') ?? '',
    tailLines: String(logLines),
    previous: String(isWaiting),
  });
  const namespace = encodeURIComponent(pod.metadata?.namespace ?? target.namespace);
  const answer = await api.get(`/api/v1/namespaces/${namespace}/pods/${pod.metadata?.name}/log?${query.toString()}`);
  if (answer.status !== 'ok' || typeof answer.body !== 'string' || answer.body.trim() === '') return [];
  return answer.body.trimEnd().split('\n');
}
