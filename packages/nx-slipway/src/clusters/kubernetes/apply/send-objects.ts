import { SlipwayError } from '../../../errors/slipway-error';
import type { RunResult } from '../../../exec/process-runner';
import type { KubernetesObject } from '../../cluster';
import { kubectlFailed } from '../kubectl';
import type { KubernetesTools } from '../kubernetes-tools';
import { describeAbsence, explainRejection, isServerAway } from './apply-problems';
import type { DesiredObject } from './mark-objects';
import { kubectlNameOf, stubOf, type ObjectRef } from './object-ref';
import { apiAway, AWAY_INTERVAL_MS, AWAY_LIMIT_MS } from './read-api';

/** The name under which the server keeps which fields are ours. */
export const FIELD_MANAGER = 'nx-slipway';

/** What is applied by one command. */
export interface Shipment {
  /** The deploy's own bookkeeping, sent before the objects. */
  readonly records: readonly KubernetesObject[];
  readonly objects: readonly DesiredObject[];
  readonly forceConflicts: boolean;
}

/**
 * Applies objects in their order by one kubectl command, server-side. Sends all of them again while the server is away.
 * @throws {SlipwayError} CLUSTER_FIELD_CONFLICT, CLUSTER_FIELD_IMMUTABLE, CLUSTER_NAMESPACE_MISSING, CLUSTER_FORBIDDEN,
 * CLUSTER_OBJECT_INVALID for the first object that the server refuses; those after it may have been applied; CLUSTER_API_AWAY
 */
export async function sendObjects(shipment: Shipment, edge: KubernetesTools): Promise<void> {
  const { records, objects, forceConflicts } = shipment;
  const documents = [...records, ...objects.map(({ object }) => object)];
  if (documents.length === 0) return;
  const result = await attemptWhileAway(buildApplyArgs({ forceConflicts }), renderDocuments(documents), edge);
  if (result.status === 'ok') return;
  throw await explainFailure(shipment, result, edge);
}

/** Kinds that have pods: these are to be gone, too, before the next ones come. */
const KINDS_WITH_PODS: ReadonlySet<string> = new Set([
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'CronJob'],
]);

/**
 * Removes objects, and waits until they and the pods of workloads are gone. Of other kinds only they themselves are waited for: the
 * server's garbage collector takes half a minute to know a new kind.
 * @throws {SlipwayError} CLUSTER_OBJECT_NOT_GONE, CLUSTER_KUBECTL_FAILED, CLUSTER_API_AWAY
 */
export async function removeObjects(
  refs: readonly ObjectRef[],
  timeoutMs: number,
  edge: KubernetesTools,
): Promise<void> {
  const hasPods = ({ kind }: ObjectRef): boolean => KINDS_WITH_PODS.has(kind);
  await Promise.all([
    removeAlike(refs.filter(hasPods), { cascade: 'foreground', timeoutMs }, edge),
    removeAlike(
      refs.filter((ref) => !hasPods(ref)),
      { cascade: 'background', timeoutMs },
      edge,
    ),
  ]);
}

interface Removal {
  readonly cascade: 'foreground' | 'background';
  readonly timeoutMs: number;
}

async function removeAlike(
  refs: readonly ObjectRef[],
  { cascade, timeoutMs }: Removal,
  edge: KubernetesTools,
): Promise<void> {
  if (refs.length === 0) return;
  const seconds = Math.max(1, Math.round(timeoutMs / 1_000));
  const result = await attemptWhileAway(buildDeleteArgs(cascade, seconds), renderDocuments(refs.map(stubOf)), edge);
  if (result.status === 'ok') return;
  if (!/timed out waiting for the condition/.test(result.output)) throw kubectlFailed(result);
  const names = refs.map(kubectlNameOf).join(', ');
  throw new SlipwayError('CLUSTER_OBJECT_NOT_GONE', { seconds, objects: names }, { toolOutput: result.output });
}

/** Arguments of `kubectl apply`. Pure. */
export function buildApplyArgs(options: { readonly forceConflicts: boolean; readonly dryRun?: boolean }): string[] {
  return [
    ...['apply', '--server-side', `--field-manager=${FIELD_MANAGER}`],
    ...(options.forceConflicts ? ['--force-conflicts'] : []),
    ...(options.dryRun ? ['--dry-run=server'] : []),
    ...['--filename', '-'],
  ];
}

/** Arguments of `kubectl delete`: with `foreground` an object is gone when what it owns is. Pure. */
export function buildDeleteArgs(cascade: 'foreground' | 'background', timeoutSeconds: number): string[] {
  const wait = ['--wait', `--timeout=${timeoutSeconds}s`];
  return ['delete', '--ignore-not-found', `--cascade=${cascade}`, ...wait, '--filename', '-'];
}

/** Objects as a stream that kubectl reads: JSON is YAML. Pure. */
export function renderDocuments(objects: readonly KubernetesObject[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}

/** @throws {SlipwayError} CLUSTER_API_AWAY when the server stays away */
async function attemptWhileAway(args: readonly string[], input: string, edge: KubernetesTools): Promise<RunResult> {
  const { clock, signal, log } = edge.tools;
  const deadline = clock.now() + AWAY_LIMIT_MS;
  for (let round = 0; ; round++) {
    const result = await edge.kubectl.attempt(args, { input, namespaceFlag: false });
    if (result.status === 'ok' || !isServerAway(result.output)) return result;
    if (clock.now() >= deadline) throw apiAway(describeAbsence(result.output), { toolOutput: result.output });
    if (round === 0) log.line(`the API server of ${edge.cluster} does not answer; asking again`);
    await clock.sleep(AWAY_INTERVAL_MS, signal);
  }
}

/** kubectl goes on after an error, and does not name the object of a conflict: the ones without a line are asked for by themselves. */
async function explainFailure(shipment: Shipment, result: RunResult, edge: KubernetesTools): Promise<Error> {
  const refused = listRefused(shipment.objects, result.stdout);
  const [only] = refused;
  if (only && refused.length === 1) return explainRejection(result.stderr, only, edge.target) ?? kubectlFailed(result);
  for (const desired of refused) {
    const args = buildApplyArgs({ forceConflicts: shipment.forceConflicts, dryRun: true });
    const alone = await attemptWhileAway(args, renderDocuments([desired.object]), edge);
    if (alone.status !== 'ok') return explainRejection(alone.stderr, desired, edge.target) ?? kubectlFailed(alone);
  }
  return kubectlFailed(result);
}

/** The objects that kubectl did not report as applied: `deployment.apps/web serverside-applied`. Pure. */
export function listRefused(objects: readonly DesiredObject[], stdout: string): DesiredObject[] {
  const applied = new Set(
    stdout.split('\n').flatMap((line) => /^(\S+) serverside-applied/.exec(line)?.slice(1, 2) ?? []),
  );
  return objects.filter(({ ref }) => !applied.has(kubectlNameOf(ref)));
}
