import { MANAGER, namespaceMarks } from '../../clusters/kubernetes/namespaces/namespace-marks';

/** Paths of the API that list what can name an image: pods, what makes pods, and the notes of deploys. */
export const NAMING_OBJECTS: readonly string[] = [
  '/api/v1/pods',
  '/api/v1/replicationcontrollers',
  '/api/v1/podtemplates',
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/replicasets',
  '/apis/apps/v1/statefulsets',
  '/apis/apps/v1/daemonsets',
  '/apis/batch/v1/jobs',
  '/apis/batch/v1/cronjobs',
  `/api/v1/configmaps?labelSelector=${encodeURIComponent(`${namespaceMarks.managedBy}=${MANAGER}`)}`,
];

/** An image tag of this plugin on a node: 24 hex of the image ID. */
const IMAGE_TAG = /^localhost\/.+:i-([0-9a-f]{24})$/;

/** Names of this plugin that a text of objects does not hold, each once. Pure. */
export function findUnusedNames(names: readonly string[], objects: string): string[] {
  return [...new Set(names)].filter((name) => IMAGE_TAG.test(name) && !objects.includes(name)).toSorted();
}

/**
 * What has to be removed on a node for an image's layers to be free: its tag, and the name by its ID that the kubelet's interface of
 * containerd gives each image, unless another tag of the same image stays. Pure.
 */
export function removableNames(image: string, onNode: readonly string[]): string[] {
  if (!onNode.includes(image)) return [];
  const id = IMAGE_TAG.exec(image)?.[1] ?? '';
  const others = onNode.filter((name) => name !== image && IMAGE_TAG.exec(name)?.[1] === id);
  return [image, ...(others.length > 0 ? [] : onNode.filter((name) => name.startsWith(`sha256:${id}`)))];
}
