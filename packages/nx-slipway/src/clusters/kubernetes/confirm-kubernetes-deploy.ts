import type { ConfirmedDeploy, ConfirmRequest } from '../cluster';
import { withFreeDeployLock } from './apply/deploy-lock';
import type { Inventory } from './apply/inventory';
import { isAsLeft, listUnchanged, readInventoryObjects } from './apply/is-as-left';
import { readInventory } from './apply/read-inventory';
import type { LiveObject } from './apply/object-ref';
import type { KubernetesTools } from './kubernetes-tools';
import { assessObject } from './readiness/assess-object';

/** Kinds that are ready only while pods of theirs run, so that the nodes have the images that these name. */
const RUNNING_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod'];

/**
 * Finds out, with a request for what the cluster keeps of the owner and one for each kind of its objects, whether a deploy is as it was
 * left, as `Cluster.confirm` promises. No kubectl, no plan.
 */
export async function confirmKubernetesDeploy(
  { owner, isSame }: ConfirmRequest,
  edge: KubernetesTools,
): Promise<ConfirmedDeploy | undefined> {
  return withFreeDeployLock(owner, edge, async () => {
    const inventory = await readInventory(owner, edge);
    if (!inventory?.outcome) return undefined;
    const { note, endpoints, notices } = inventory.outcome;
    // The server first: it works while this process does.
    const [live, same] = await Promise.all([readInventoryObjects(inventory, edge), isSame(note)]);
    if (!same || !isAsLeft(inventory, live) || !areReady(live) || !areImagesRunning(inventory, live)) return undefined;
    return { note, report: { changes: listUnchanged(inventory), endpoints, notices } };
  });
}

function areReady(live: ReadonlyMap<string, LiveObject>): boolean {
  return [...live.values()].every((object) => assessObject(object).status === 'ready');
}

/** A node keeps an image as long as a container is made from it; for one without, the nodes have to be asked. */
function areImagesRunning({ outcome }: Inventory, live: ReadonlyMap<string, LiveObject>): boolean {
  const running = [...live.values()]
    .filter((object) => RUNNING_KINDS.includes(object.kind) && !isScaledToNothing(object))
    .map((object) => JSON.stringify(object['spec']));
  return (outcome?.note.images ?? []).every(({ tag }) => running.some((spec) => spec.includes(JSON.stringify(tag))));
}

function isScaledToNothing(object: LiveObject): boolean {
  return (object['spec'] as { readonly replicas?: number } | undefined)?.replicas === 0;
}
