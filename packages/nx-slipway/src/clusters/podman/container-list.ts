import * as z from 'zod';
import { podmanLabels } from './podman-labels';

/** One container as `podman ps` lists it. */
export interface ListedContainer {
  /** 64 hex. */
  readonly id: string;
  readonly podmanName: string;
  /** Name in its pod; `null` for the pod's infra container. */
  readonly container: string | null;
  readonly podId: string;
  readonly state: string;
  /** 0 when it does not run. */
  readonly pid: number;
  readonly exitCode: number;
  /** Seconds since the epoch. */
  readonly startedAt: number;
  /** `sha256:<64 hex>`. */
  readonly imageId: string;
}

/** A pod as its containers' labels tell it. */
export interface ListedPod {
  readonly podId: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner: string;
  readonly hash: string;
  readonly address: string;
  readonly workload: string;
  readonly infra: ListedContainer | undefined;
  readonly containers: readonly ListedContainer[];
}

const listedContainers = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()).min(1),
    Pod: z.string(),
    State: z.string(),
    Pid: z.number(),
    ExitCode: z.number(),
    StartedAt: z.number(),
    ImageID: z.string(),
    Labels: z.record(z.string(), z.string()).nullable(),
  }),
);

/** Parses `podman ps --all --format json` (podman 4.3 to 5) and groups it by pod. Pure. */
export function parseContainerList(json: string): ListedPod[] {
  const entries = listedContainers.parse(JSON.parse(json.trim() === '' ? '[]' : json));
  const podIds = new Set(entries.map(({ Pod }) => Pod));
  return [...podIds].map((podId) =>
    listedPod(
      podId,
      entries.filter(({ Pod }) => Pod === podId),
    ),
  );
}

type ListedEntry = z.infer<typeof listedContainers>[number];

function listedPod(podId: string, entries: readonly ListedEntry[]): ListedPod {
  const labels = Object.assign({}, ...entries.map(({ Labels }) => Labels)) as Record<string, string>;
  const members = entries.map(listedContainer);
  return {
    podId,
    namespace: labels[podmanLabels.namespace] ?? '',
    name: labels[podmanLabels.pod] ?? '',
    owner: labels[podmanLabels.owner] ?? '',
    hash: labels[podmanLabels.hash] ?? '',
    address: labels[podmanLabels.address] ?? '',
    workload: labels[podmanLabels.workload] ?? '',
    infra: members.find(({ container }) => container === null),
    containers: members.filter(({ container }) => container !== null),
  };
}

function listedContainer(entry: ListedEntry): ListedContainer {
  return {
    id: entry.Id,
    podmanName: entry.Names[0] ?? '',
    container: entry.Labels?.[podmanLabels.container] ?? null,
    podId: entry.Pod,
    state: entry.State,
    pid: entry.Pid,
    exitCode: entry.ExitCode,
    startedAt: entry.StartedAt,
    imageId: `sha256:${entry.ImageID.replace(/^sha256:/, '')}`,
  };
}
