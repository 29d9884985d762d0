import { applyRedirects } from './apply-redirects';
import { readClusterState } from './cluster-state-file';
import { withClusterLock, type ClusterTools } from './cluster-tools';
import { listDesiredPods } from './desired-pods';
import { podKey } from './pod-key';
import { readObjects } from './read-objects';
import { resolveRedirects } from './resolve-services';

/**
 * Afterwards these pods, as far as they run, have the redirects that the cluster remembers now, whichever deploys asked for them.
 * Call it after a pod has started, and after the memory has changed: one of two deploys that meet is then always the later one.
 * @param keys `namespace/pod`
 */
export async function redirectPods(keys: Iterable<string>, edge: ClusterTools): Promise<void> {
  const wanted = new Set(keys);
  if (wanted.size === 0) return;
  const listed = await edge.listPods();
  await withClusterLock(edge, async () => {
    const deploys = Object.values((await readClusterState(edge.paths))?.owners ?? {}).map(readObjects);
    const services = deploys.flatMap((deploy) => deploy.services);
    for (const pod of deploys.flatMap(listDesiredPods)) {
      const running = wanted.has(podKey(pod)) ? listed.get(podKey(pod)) : undefined;
      if (running) await applyRedirects(running, resolveRedirects(pod, services), edge);
    }
  });
}
