import { createHash } from 'node:crypto';
import type { KubernetesObject } from '../../cluster';

/** The label on every object of a deploy, and on its pods, by which an owner's objects are listed: `ownerLabelOf(project)`. */
export const OWNER_LABEL = 'nx-slipway.io/owner';

/** Annotations on what this plugin applies. */
export const annotations = {
  /** The Nx project whose deploy has the object, whole: a label's value cannot hold every name. */
  project: 'nx-slipway.io/project',
  /** `<namespace>/<name>` of the inventory that lists the object. */
  inventory: 'nx-slipway.io/inventory',
  /** Digest of a Job, Pod, Namespace or definition of a kind as its manifest gives it: tells whether it has to be sent again. */
  appliedDigest: 'nx-slipway.io/applied-digest',
} as const;

/** The longest value of a label, and name of a segment (Kubernetes 1.34, `validation.LabelValueMaxLength`). */
const MAX_LABEL_LENGTH = 63;

const LABEL_VALUE = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** A project's name as a label's value: itself where it can be one, else its letters and eight hex digits of its digest. Pure. */
export function ownerLabelOf(project: string): string {
  if (project.length <= MAX_LABEL_LENGTH && LABEL_VALUE.test(project)) return project;
  return withDigest(project, project.replace(/[^A-Za-z0-9._-]+/g, '-'));
}

/** Name of the ConfigMap and of the Lease that an owner has in its namespace; a DNS label. Pure. */
export function inventoryNameOf(project: string): string {
  return `nx-slipway-${withDigest(project, project.toLowerCase().replace(/[^a-z0-9]+/g, '-')).toLowerCase()}`;
}

/** Who has an object that is in the cluster, by its annotation; `undefined` where no deploy of this plugin does. Pure. */
export function ownerOf(live: KubernetesObject): string | undefined {
  return live.metadata.annotations?.[annotations.project];
}

function withDigest(project: string, letters: string): string {
  const digest = createHash('sha256').update(project).digest('hex').slice(0, 8);
  return [letters.replace(/^[._-]+|[._-]+$/g, '').slice(0, 40), digest].filter(Boolean).join('-');
}
