import { parseContainerList, type ListedPod } from './container-list';
import { buildListArgs } from './podman-args';
import type { PodmanCommands } from './podman-commands';
import { podKey } from './pod-key';

/** What podman has of a cluster, by `namespace/pod`. */
export type PodListing = () => Promise<ReadonlyMap<string, ListedPod>>;

/**
 * Lists a cluster's pods with one `podman ps`. Who asks while a call runs shares the next one, not that one, which may have
 * begun before what he asks about: so ten pods that start side by side cost one call at a time.
 */
export function createPodListing(cluster: string, podman: PodmanCommands): PodListing {
  let running: Promise<unknown> = Promise.resolve();
  let queued: ReturnType<PodListing> | undefined;
  return () => {
    queued ??= running
      .catch(() => undefined)
      .then(() => {
        const listing = listPods(cluster, podman);
        running = listing;
        queued = undefined;
        return listing;
      });
    return queued;
  };
}

async function listPods(cluster: string, podman: PodmanCommands): Promise<ReadonlyMap<string, ListedPod>> {
  const { stdout } = await podman.run(buildListArgs(cluster));
  return new Map(parseContainerList(stdout).map((pod) => [podKey(pod), pod]));
}
