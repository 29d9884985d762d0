import { describeProblem } from '../../../errors/slipway-error';
import { renderProblem } from '../../../errors/render-problem';
import type { KubernetesTools } from '../kubernetes-tools';
import { inventoryPathOf, parseInventory, type Inventory } from './inventory';
import { inventoryNameOf } from './ownership';
import { readApi } from './read-api';

/**
 * What an owner's deploys have put into the cluster, by one request; `undefined` where there is none. One that is damaged is none,
 * and is told.
 * @throws {SlipwayError} CLUSTER_API_REFUSED, CLUSTER_API_AWAY
 */
export async function readInventory(owner: string, edge: KubernetesTools): Promise<Inventory | undefined> {
  const { namespace } = edge.target;
  const configMap = await readApi(inventoryPathOf(owner, namespace), edge);
  if (configMap === undefined) return undefined;
  const inventory = parseInventory(configMap);
  if (!inventory) {
    const facts = { namespace, configMap: inventoryNameOf(owner) };
    edge.tools.log.line(renderProblem(describeProblem('CLUSTER_INVENTORY_DAMAGED', facts)));
  }
  return inventory;
}
