import type { Workload } from './desired-pods';
import type { ConfigFolder } from './render-config-folder';
import type { PublishedPort } from './resolve-services';

/** A pod with everything resolved: what podman is asked for follows from this and the cluster's folders alone. */
export interface RenderedPod {
  readonly namespace: string;
  readonly name: string;
  /** The pod's name in podman: `<cluster>_<namespace>_<pod>`. */
  readonly podmanName: string;
  readonly workload: Workload;
  readonly source: string;
  readonly hostname: string;
  readonly address: string;
  readonly publishedPorts: readonly PublishedPort[];
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly gracePeriodSeconds: number;
  readonly initContainers: readonly RenderedContainer[];
  readonly containers: readonly RenderedContainer[];
  readonly configFolders: readonly ConfigFolder[];
  readonly emptyDirs: readonly string[];
  readonly fsGroup?: number;
  /** Names in podman of the claims' volumes. */
  readonly claimVolumes: readonly string[];
  /** SHA-256 over all of the above, configuration's content and image IDs included: equal means that nothing has to be done. */
  readonly hash: string;
}

/** The part of a pod that tells whether it is there and healthy. */
export interface CheckedPod extends Pick<
  RenderedPod,
  'namespace' | 'name' | 'address' | 'publishedPorts' | 'restartPolicy' | 'hash'
> {
  readonly workload: Pick<Workload, 'kind'>;
  readonly initContainers: readonly CheckedContainer[];
  readonly containers: readonly CheckedContainer[];
}

/** The part of a container that tells whether it is there and healthy. */
export type CheckedContainer = Pick<
  RenderedContainer,
  'name' | 'podmanName' | 'imageId' | 'tcpPorts' | 'readinessProbe'
>;

/** One container with everything resolved. */
export interface RenderedContainer {
  readonly name: string;
  /** `<cluster>_<namespace>_<pod>_<container>`. */
  readonly podmanName: string;
  /** Image tag, or an external reference. */
  readonly image: string;
  /** `sha256:<64 hex>`; `null` for an image that no project of the workspace builds. */
  readonly imageId: string | null;
  readonly environment: readonly (readonly [name: string, value: string])[];
  /** Replaces the image's ENTRYPOINT and drops its CMD. */
  readonly entrypoint?: readonly string[];
  /** Replaces the image's CMD. */
  readonly args: readonly string[];
  readonly workingDir?: string;
  /** `uid` or `uid:gid`. */
  readonly user?: string;
  /** The image's own user must not be root; checked before the pod is made. */
  readonly mustNotRunAsRoot: boolean;
  readonly groups: readonly number[];
  readonly mounts: readonly RenderedMount[];
  readonly readOnlyRoot: boolean;
  readonly noNewPrivileges: boolean;
  readonly privileged: boolean;
  readonly unconfinedSeccomp: boolean;
  readonly addedCapabilities: readonly string[];
  readonly droppedCapabilities: readonly string[];
  readonly memoryBytes?: number;
  readonly cpus?: number;
  /** Declared TCP ports. */
  readonly tcpPorts: readonly number[];
  readonly readinessProbe?: RenderedProbe;
  readonly startupProbe?: RenderedProbe;
}

/** A mount, before it is known where the cluster's folders are. */
export type RenderedMount = { readonly mountPath: string; readonly readOnly: boolean } & (
  | { readonly kind: 'config'; readonly digest: string; readonly subPath: string }
  | { readonly kind: 'empty-dir'; readonly volume: string; readonly subPath: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'host-path'; readonly path: string; readonly subPath: string; readonly isMade: boolean }
  | { readonly kind: 'claim'; readonly podmanVolume: string; readonly subPath: string }
);

/** What a probe asks, its ports as numbers. */
export type ProbeAction =
  | {
      readonly kind: 'http';
      readonly scheme: 'HTTP' | 'HTTPS';
      readonly port: number;
      readonly path: string;
      readonly headers: readonly { readonly name: string; readonly value: string }[];
    }
  | { readonly kind: 'tcp'; readonly port: number }
  | { readonly kind: 'exec'; readonly command: readonly string[] };

/** A probe and how often. */
export interface RenderedProbe {
  readonly action: ProbeAction;
  readonly initialDelayMs: number;
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly failureThreshold: number;
  readonly successThreshold: number;
}
