import { createHash } from 'node:crypto';
import type { Endpoint } from '../../artifact/endpoint';
import type { DeployNote, ObjectChange } from '../cluster';
import type { ListedPod } from './container-list';
import type { SelectablePod } from './digest-surroundings';
import type { CheckedPod } from './rendered-pod';
import type { Redirect } from './resolve-services';

/** A pod as a deploy left it. */
export interface RememberedPod {
  readonly pod: CheckedPod;
  readonly redirects: readonly Redirect[];
  /** As podman listed it then; `undefined` where it did not. */
  readonly listed?: ListedPod | undefined;
}

/** What a successful deploy came to: enough to find out whether it is so still, without planning it anew. */
export interface DeployMemory {
  readonly note: DeployNote;
  /** Every object, as an unchanged one is reported. */
  readonly objects: readonly ObjectChange[];
  readonly endpoints: readonly Endpoint[];
  readonly notices: readonly string[];
  readonly pods: readonly RememberedPod[];
  readonly selectable: readonly SelectablePod[];
  /** `digestSurroundings` of the cluster's memory as this deploy left it. */
  readonly surroundings: string;
}

/** Raised when the shape of a memory or the meaning of a part of it changes. */
const FORMAT = 'nx-slipway deploy memory 2';

/** The text of a memory: its digest, then itself. Pure. */
export function renderDeployMemory(memory: DeployMemory): string {
  const content = JSON.stringify(memory);
  return `${digestOf(content)}\n${content}`;
}

/** Reads a memory; `undefined` when the text is not one, whole, unaltered and of this format. Pure. */
export function parseDeployMemory(text: string): DeployMemory | undefined {
  const end = text.indexOf('\n');
  const content = text.slice(end + 1);
  return text.slice(0, Math.max(0, end)) === digestOf(content) ? (JSON.parse(content) as DeployMemory) : undefined;
}

function digestOf(content: string): string {
  return createHash('sha256').update(`${FORMAT}\n${content}`).digest('hex');
}
