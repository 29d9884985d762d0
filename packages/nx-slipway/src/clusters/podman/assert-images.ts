import { SlipwayError } from '../../errors/slipway-error';
import type { ClusterTools } from './cluster-tools';
import type { RenderedContainer, RenderedPod } from './rendered-pod';

/**
 * Makes sure that podman's storage has the image of every container, with exactly the image ID that is meant. One call to podman.
 * @throws {SlipwayError} CLUSTER_IMAGE_MISSING, CLUSTER_RUNS_AS_ROOT
 */
export async function assertImages(pods: readonly RenderedPod[], edge: ClusterTools): Promise<void> {
  const containers = pods.flatMap((pod) =>
    [...pod.initContainers, ...pod.containers].map((container) => ({ pod, container })),
  );
  if (containers.length === 0) return;
  const stored = await edge.images.findImages([...new Set(containers.map(({ container }) => container.image))]);
  for (const { container } of containers) {
    const found = stored.get(container.image)?.imageId;
    if (found === undefined || (container.imageId !== null && found !== container.imageId)) {
      throw imageMissing(container.image, container.imageId ?? 'any ID', found);
    }
  }
  for (const { pod, container } of containers) {
    if (container.mustNotRunAsRoot) await assertImageUserIsNotRoot(pod, container, edge);
  }
}

/** The error for an image that is not there, or is another one. */
export function imageMissing(image: string, imageId: string, found: string | undefined): SlipwayError {
  const has = found === undefined ? 'it is not in its storage' : `its tag names ${found}`;
  return new SlipwayError('CLUSTER_IMAGE_MISSING', { image, imageId, found: has });
}

async function assertImageUserIsNotRoot(
  pod: RenderedPod,
  container: RenderedContainer,
  { podman }: ClusterTools,
): Promise<void> {
  const { stdout } = await podman.run(['image', 'inspect', '--format', '{{.Config.User}}', container.image]);
  const user = stdout.trim();
  if (!/^[1-9]\d*(:|$)/.test(user)) {
    const facts = { source: pod.source, container: container.name, image: container.image, user: user || 'root' };
    throw new SlipwayError('CLUSTER_RUNS_AS_ROOT', facts);
  }
}
