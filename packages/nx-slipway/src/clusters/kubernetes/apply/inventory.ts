import { createHash } from 'node:crypto';
import type { Endpoint } from '../../../artifact/endpoint';
import type { DeployNote, KubernetesObject } from '../../cluster';
import type { ObjectRef } from './object-ref';
import { annotations, inventoryNameOf, OWNER_LABEL, ownerLabelOf } from './ownership';

/** An object that a deploy has put into the cluster. */
export interface InventoryEntry extends ObjectRef {
  /** Its path in the API. */
  readonly path: string;
  /** `digestLive` of the object when its deploy had succeeded; not given while it has not. */
  readonly leftAs?: string;
  /** The helm release that has it; helm itself removes what a release no longer has. */
  readonly release?: string;
  /** No longer in the manifests, and kept since it holds data or other things; removed when asked for. */
  readonly retained?: true;
}

/** A Job that has run to its end: not run again while its manifest is the same, even when the cluster has removed it. */
export interface CompletedJob {
  readonly namespace: string;
  readonly name: string;
  /** Digest of the Job as its manifest gave it. */
  readonly digest: string;
}

/** A helm release that a deploy has made. */
export interface InventoryRelease {
  readonly name: string;
  readonly namespace: string;
  /** Equal where the same chart with the same values would be installed. */
  readonly digest: string;
}

/** What a successful deploy came to, for `confirm`. */
export interface DeployOutcome {
  readonly note: DeployNote;
  readonly endpoints: readonly Endpoint[];
  readonly notices: readonly string[];
}

/** What an owner's deploys have put into the cluster; kept there, since several machines may deploy to it. */
export interface Inventory {
  /** The Nx project. */
  readonly owner: string;
  readonly objects: readonly InventoryEntry[];
  readonly completedJobs: readonly CompletedJob[];
  readonly releases: readonly InventoryRelease[];
  /** Not given while a deploy runs, or when the last one did not succeed. */
  readonly outcome?: DeployOutcome;
}

/** Raised when the shape of an inventory or the meaning of a part of it changes. */
const FORMAT = 'nx-slipway inventory 1';

const KEY = 'inventory.json';
const DIGEST_KEY = 'digest';

/** An owner of whom the cluster has nothing. Pure. */
export function emptyInventory(owner: string): Inventory {
  return { owner, objects: [], completedJobs: [], releases: [] };
}

/** An entry of which it is not known how it was left. Pure. */
export function asUnfinished({ apiVersion, kind, namespace, name, path, release }: InventoryEntry): InventoryEntry {
  return { apiVersion, kind, namespace, name, path, ...(release === undefined ? {} : { release }) };
}

/** Where an inventory is in the API. Pure. */
export function inventoryPathOf(owner: string, namespace: string): string {
  return `/api/v1/namespaces/${namespace}/configmaps/${inventoryNameOf(owner)}`;
}

/** The ConfigMap that keeps an inventory. Pure. */
export function renderInventory(inventory: Inventory, namespace: string): KubernetesObject {
  const content = JSON.stringify(inventory);
  const { owner } = inventory;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: inventoryNameOf(owner),
      namespace,
      labels: { [OWNER_LABEL]: ownerLabelOf(owner), 'app.kubernetes.io/managed-by': 'nx-slipway' },
      annotations: { [annotations.project]: owner },
    },
    data: { [KEY]: content, [DIGEST_KEY]: digestOf(content) },
  };
}

/** Reads a ConfigMap; `undefined` when it does not hold an inventory, whole, unaltered and of this format. Pure. */
export function parseInventory(configMap: unknown): Inventory | undefined {
  const { data } = configMap as { readonly data?: Readonly<Record<string, string>> };
  const content = data?.[KEY];
  return content !== undefined && data?.[DIGEST_KEY] === digestOf(content)
    ? (JSON.parse(content) as Inventory)
    : undefined;
}

function digestOf(content: string): string {
  return createHash('sha256').update(`${FORMAT}\n${content}`).digest('hex');
}
