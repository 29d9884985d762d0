import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../cluster';

/** What helm says of a release that it has installed. */
export interface InstalledRelease {
  /** From 1: how often it was installed or upgraded. */
  readonly revision: number;
  /** The objects that the release has; what its hooks made is not among them. */
  readonly objects: readonly KubernetesObject[];
}

/** Reads the answer of `helm upgrade --output json` (helm v3.19). Pure. */
export function parseRelease(stdout: string): InstalledRelease {
  const { version, manifest } = JSON.parse(stdout) as { readonly version: number; readonly manifest: string };
  const objects = parseAllDocuments(manifest, { version: '1.1' })
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null)
    .flatMap(flattenList);
  return { revision: version, objects };
}

/** Helm installs the items of a list (`List`, `ConfigMapList`), which is no object of its own. */
function flattenList(object: KubernetesObject): KubernetesObject[] {
  const { items } = object;
  return object.kind.endsWith('List') && Array.isArray(items)
    ? (items as KubernetesObject[]).flatMap(flattenList)
    : [object];
}
