import type { DeployRequest, HelmRelease, ObjectChange, SourcedObject } from '../../cluster';
import { digestLive } from '../apply/digest-object';
import type { Inventory, InventoryEntry, InventoryRelease } from '../apply/inventory';
import { refKey, type LiveObject } from '../apply/object-ref';
import { readLiveObjects } from '../apply/read-live-objects';
import { readResources } from '../apply/read-resources';
import { objectPath, resourceKey } from '../apply/resource-table';
import type { KubernetesTools } from '../kubernetes-tools';
import { buildUninstallArgs, buildUpgradeArgs, runHelm } from './helm-commands';
import { explainHelmFailure } from './helm-problems';
import { parseRelease } from './parse-release';

/** How a release is named among the changes of a deploy. */
const RELEASE_KIND = 'HelmRelease';

/** A release that is installed as it should be. */
export interface ReleaseOutcome {
  readonly release: InventoryRelease;
  readonly change: ObjectChange;
  readonly entries: readonly InventoryEntry[];
  /** The release's objects as they are, by `refKey`. */
  readonly live: ReadonlyMap<string, LiveObject>;
}

/**
 * Installs or upgrades each release, in their order; one whose chart and values are those of the last time, and whose objects are as
 * they were left, is not touched, so that its hooks do not run either.
 * @throws {SlipwayError} CLUSTER_HELM_NOT_FOUND, CLUSTER_HELM_PENDING, CLUSTER_HELM_FAILED
 */
export async function installReleases(
  { releases = [] }: Pick<DeployRequest, 'releases'>,
  { before, deadline }: { readonly before: Inventory; readonly deadline: number },
  edge: KubernetesTools,
): Promise<ReleaseOutcome[]> {
  const outcomes: ReleaseOutcome[] = [];
  for (const release of releases) {
    const unchanged = await findUnchanged(release, before, edge);
    outcomes.push(unchanged ?? (await installRelease(release, deadline - edge.tools.clock.now(), edge)));
  }
  return outcomes;
}

/** Uninstalls releases with all that they have. @throws {SlipwayError} CLUSTER_HELM_FAILED */
export async function removeReleases(
  releases: readonly InventoryRelease[],
  timeoutMs: number,
  edge: KubernetesTools,
): Promise<ObjectChange[]> {
  for (const { name, namespace } of releases) {
    const result = await runHelm(buildUninstallArgs(name, namespace, timeoutMs), edge);
    if (result.status !== 'ok') throw explainHelmFailure(result, { release: name, namespace, action: 'removed' });
  }
  return releases.map(({ name, namespace }) => ({ kind: RELEASE_KIND, namespace, name, change: 'removed' }));
}

/** Two releases of one name may be in two namespaces. */
export function releaseKey({ name, namespace }: Pick<InventoryRelease, 'name' | 'namespace'>): string {
  return `${namespace}/${name}`;
}

/** What the inventory keeps of a release. Pure. */
export function describeRelease({ name, namespace, digest }: HelmRelease, home: string): InventoryRelease {
  return { name, namespace: namespace ?? home, digest };
}

async function findUnchanged(
  release: HelmRelease,
  before: Inventory,
  edge: KubernetesTools,
): Promise<ReleaseOutcome | undefined> {
  const own = describeRelease(release, edge.target.namespace);
  const key = releaseKey(own);
  const known = before.releases.some((other) => releaseKey(other) === key && other.digest === own.digest);
  if (!known) return undefined;
  const entries = before.objects.filter((entry) => entry.release === key);
  const live = await readLiveObjects(entries, edge);
  const isAsLeft = entries.every((entry) => {
    const object = live.get(refKey(entry));
    return object !== undefined && digestLive(object) === entry.leftAs;
  });
  return isAsLeft ? describeOutcome(own, 'unchanged', entries, live) : undefined;
}

async function installRelease(release: HelmRelease, timeoutMs: number, edge: KubernetesTools): Promise<ReleaseOutcome> {
  const own = describeRelease(release, edge.target.namespace);
  const { name, namespace } = own;
  const result = await runHelm(buildUpgradeArgs(release, namespace, timeoutMs), edge);
  if (result.status !== 'ok') throw explainHelmFailure(result, { release: name, namespace, action: 'installed' });
  const { revision, objects } = parseRelease(result.stdout);
  const sourced = objects.map((object): SourcedObject => ({ object, source: `helm release ${name}` }));
  const resources = await readResources(sourced, edge);
  const entries = objects.map(({ apiVersion, kind, metadata }): InventoryEntry => {
    const resource = resources.get(resourceKey({ apiVersion, kind })) ?? { plural: '', namespaced: true };
    const place = resource.namespaced ? (metadata.namespace ?? namespace) : '';
    const ref = { apiVersion, kind, namespace: place, name: metadata.name };
    return { ...ref, path: objectPath(ref, resource), release: releaseKey(own) };
  });
  const live = await readLiveObjects(entries, edge);
  return describeOutcome(own, revision === 1 ? 'created' : 'configured', entries, live);
}

function describeOutcome(
  release: InventoryRelease,
  change: ObjectChange['change'],
  entries: readonly InventoryEntry[],
  live: ReadonlyMap<string, LiveObject>,
): ReleaseOutcome {
  const { name, namespace } = release;
  return { release, entries, live, change: { kind: RELEASE_KIND, namespace, name, change } };
}
