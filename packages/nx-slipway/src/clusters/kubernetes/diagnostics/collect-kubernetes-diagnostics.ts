import { stubOf } from '../apply/object-ref';
import { readInventory } from '../apply/read-inventory';
import type { KubernetesTools } from '../kubernetes-tools';
import { collectObjectDiagnostics } from './collect-object-diagnostics';

/** Collects, below a folder, diagnostics of all that some owners have deployed, by their inventories. @returns absolute paths of the files */
export async function collectKubernetesDiagnostics(
  owners: readonly string[],
  folder: string,
  edge: KubernetesTools,
): Promise<string[]> {
  const inventories = await Promise.all(owners.map((owner) => readInventory(owner, edge)));
  const objects = inventories
    .flatMap((inventory) => inventory?.objects ?? [])
    .map((entry) => ({ object: stubOf(entry), path: entry.path }));
  return collectObjectDiagnostics({ objects, folder }, edge);
}
