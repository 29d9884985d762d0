import { SlipwayError } from '../../../errors/slipway-error';
import type { KubernetesTools } from '../kubernetes-tools';
import type { DesiredObject } from './mark-objects';
import { describeRef, type LiveObject } from './object-ref';
import { hasCondition } from './plan-apply';
import { readApi } from './read-api';
import { groupVersionPath, objectPath, readDefinedResources, readResourceList } from './resource-table';

/** How long the server may take to serve a new kind; it takes about a second. */
const ESTABLISHED_LIMIT_MS = 60_000;

const INTERVAL_MS = 100;

const DEFINITIONS = { plural: 'customresourcedefinitions' };

/**
 * Waits until the server serves the kinds that these CustomResourceDefinitions define.
 * @throws {SlipwayError} CLUSTER_DEFINITION_NOT_ESTABLISHED
 */
export async function awaitDefinitions(definitions: readonly DesiredObject[], edge: KubernetesTools): Promise<void> {
  const deadline = edge.tools.clock.now() + ESTABLISHED_LIMIT_MS;
  await Promise.all(definitions.map((definition) => awaitDefinition(definition, deadline, edge)));
}

async function awaitDefinition(definition: DesiredObject, deadline: number, edge: KubernetesTools): Promise<void> {
  const { clock, signal } = edge.tools;
  const path = objectPath(definition.ref, DEFINITIONS);
  for (;;) {
    const live = (await readApi(path, edge)) as LiveObject | undefined;
    if (live && hasCondition(live, 'Established') && (await isServed(definition, edge))) return;
    if (clock.now() >= deadline) {
      const facts = { source: definition.source, object: describeRef(definition.ref), reason: describeWait(live) };
      throw new SlipwayError('CLUSTER_DEFINITION_NOT_ESTABLISHED', { ...facts, seconds: ESTABLISHED_LIMIT_MS / 1_000 });
    }
    await clock.sleep(INTERVAL_MS, signal);
  }
}

/** Established is a promise; the paths of the kind come a moment later. */
async function isServed({ object }: DesiredObject, edge: KubernetesTools): Promise<boolean> {
  for (const [key] of readDefinedResources([object])) {
    const [apiVersion = ''] = key.split(' ');
    const list = await readApi(groupVersionPath(apiVersion), edge);
    if (!readResourceList(apiVersion, list ?? {}).some(([served]) => served === key)) return false;
  }
  return true;
}

function describeWait(live: LiveObject | undefined): string {
  const { conditions } = (live?.['status'] ?? {}) as { readonly conditions?: readonly Condition[] };
  const refusal = conditions?.find(({ status }) => status === 'False');
  return refusal ? `${refusal.type} is False: ${refusal.message ?? refusal.reason ?? ''}` : 'it has no condition yet';
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}
