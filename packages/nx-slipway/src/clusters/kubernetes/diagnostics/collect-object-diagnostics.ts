import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listAt, numberAt, textAt, type LiveObject } from '../live-object';
import { objectKey, type AwaitedObject, type ReadinessEdge } from '../readiness/awaited-object';
import { readLiveObjects } from '../readiness/read-live-objects';
import { readMadePods } from '../readiness/read-own-pods';
import { readRedactor } from '../secrets/read-redactor';
import { renderEventLog, renderStates, withoutSecretData } from './render-diagnostics';

/** What diagnostics are collected of. */
export interface DiagnosticsRequest {
  /** Every object that the deploys in question have made, e.g. from their inventories. */
  readonly objects: readonly Pick<AwaitedObject, 'object' | 'path'>[];
  /** Absolute path. */
  readonly folder: string;
}

/** So many lines of a container's log are kept, the last ones. */
export const LOG_LINES = 20_000;

/**
 * Writes what helps to find out why a test failed, below a folder: `states.txt` (each object, whether it is ready and why not; its pods and
 * containers), `objects.json` (as the server has them), `events.txt` of their namespaces, and for each pod and container its log,
 * and the log of the run before where it was restarted. Values of Secrets are redacted everywhere; what cannot be read is
 * left out.
 * @returns absolute paths of the files
 */
export async function collectObjectDiagnostics(
  { objects, folder }: DiagnosticsRequest,
  edge: ReadinessEdge,
): Promise<string[]> {
  const awaited = objects.map((item) => ({ ...item, source: '' }));
  const readings = await readLiveObjects(awaited, undefined, edge);
  const live = readings.flatMap((reading) => (reading.status === 'found' ? [reading.object] : []));
  const found = new Set(live.map(objectKey));
  const missing = awaited.map(({ object }) => object).filter((object) => !found.has(objectKey(object)));
  const namespaces = [...new Set(live.flatMap(({ metadata }) => metadata?.namespace ?? []))];
  const [pods, redact, events] = await Promise.all([
    readMadePods(live, edge),
    readRedactor(namespaces, edge),
    readEvents(namespaces, edge),
  ]);
  const write = async (name: string, content: string): Promise<string> => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, redact(content));
    return path;
  };
  const made = new Map([...pods.values()].flat().map((pod) => [pod.metadata?.uid, pod]));
  const logs = await Promise.all([...made.values()].map((pod) => collectLogs(pod, write, edge)));
  const kept = [...live, ...made.values()].map(withoutSecretData);
  return [
    await write('states.txt', renderStates(live, missing, pods)),
    await write('events.txt', renderEventLog(events)),
    await write('objects.json', `${JSON.stringify(kept, null, 2)}\n`),
    ...logs.flat(),
  ];
}

type WriteFile = (name: string, content: string) => Promise<string>;

async function readEvents(
  namespaces: readonly string[],
  { api }: ReadinessEdge,
): Promise<Readonly<Record<string, unknown>>[]> {
  const lists = await Promise.all(
    namespaces.map(async (namespace) => {
      const answer = await api.get(`/api/v1/namespaces/${encodeURIComponent(namespace)}/events`);
      return answer.status === 'ok' ? listAt(answer.body, 'items') : [];
    }),
  );
  return lists.flat();
}

async function collectLogs(pod: LiveObject, write: WriteFile, edge: ReadinessEdge): Promise<string[]> {
  const statuses = [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')];
  const folder = `${pod.metadata?.namespace}_${pod.metadata?.name}`;
  const collected = await Promise.all(
    statuses.flatMap((status) => {
      const container = textAt(status, 'name') ?? '';
      const hasRunBefore = (numberAt(status, 'restartCount') ?? 0) > 0;
      return [
        collectLog(pod, { container, isPrevious: false }, join(folder, `${container}.log`), write, edge),
        ...(hasRunBefore
          ? [collectLog(pod, { container, isPrevious: true }, join(folder, `${container}.previous.log`), write, edge)]
          : []),
      ];
    }),
  );
  return collected.flat();
}

async function collectLog(
  pod: LiveObject,
  { container, isPrevious }: { readonly container: string; readonly isPrevious: boolean },
  name: string,
  write: WriteFile,
  { api }: ReadinessEdge,
): Promise<string[]> {
  const query = new URLSearchParams({
    container,
    previous: String(isPrevious),
    timestamps: 'true',
    tailLines: String(LOG_LINES),
  });
  const { namespace = '', name: podName = '' } = pod.metadata ?? {};
  const place = `namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(podName)}`;
  const answer = await api.get(`/api/v1/${place}/log?${query.toString()}`);
  // A container that has not run yet has no log.
  return answer.status === 'ok' && typeof answer.body === 'string' ? [await write(name, answer.body)] : [];
}
