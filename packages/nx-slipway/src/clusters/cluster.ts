import type { AppliedRecord } from '../artifact/applied-record';
import type { Endpoint, OpenedEndpoints } from '../artifact/endpoint';
import type { ImageRecord } from '../artifact/image-record';
import type { CoverageFolders } from './coverage-folders';

/** A Kubernetes object as a manifest gives it. Checked to have `apiVersion`, `kind` and `metadata.name`; no more. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** An object and where it stands. */
export interface SourcedObject {
  readonly object: KubernetesObject;
  /** Workspace-relative path of its manifest, and the document's number in it, from 1: `examples/redis/k8s/redis.yaml#2`. */
  readonly source: string;
}

/** A release of a helm chart, the images among its values. Kubernetes only. */
export interface HelmRelease {
  readonly name: string;
  /** Not given: the namespace of the deploy. */
  readonly namespace?: string | undefined;
  /** Absolute path of a chart's folder or archive, or an `oci://` reference. */
  readonly chart: string;
  /** Of a chart that is not a path. */
  readonly version?: string | undefined;
  /** Absolute paths, later ones over earlier ones. */
  readonly valuesFiles: readonly string[];
  /** Path of a value to its text, over all files. */
  readonly values: Readonly<Record<string, string>>;
  /** Equal only where the same chart with the same values would be installed. */
  readonly digest: string;
}

/** What one deploy asks of a cluster. */
export interface DeployRequest {
  /** The Nx project whose deploy this is. Objects of this owner that are no longer named are removed (never volumes). */
  readonly owner: string;
  /** Images already substituted by image tags. */
  readonly objects: readonly SourcedObject[];
  /** Reference, as `referenceOf` gives it, to the image behind it, for every image that a project of this workspace builds. */
  readonly images: ReadonlyMap<string, ImageRecord>;
  /** Every project that deploys to this cluster. Objects of any other owner are taken over when this request names them. Not given: nobody's are. */
  readonly knownOwners?: readonly string[];
  /** How long to wait for readiness. */
  readonly timeoutMs: number;
  /** Installed after the objects. Those of this owner that are no longer named are uninstalled. Kubernetes only. */
  readonly releases?: readonly HelmRelease[];
  /** Fields that somebody else has set are taken over. Not given: they end the deploy. Kubernetes only. */
  readonly forceConflicts?: boolean;
  /** Kinds whose objects are removed too when they are no longer named, though they hold other things. Kubernetes only. */
  readonly pruneKinds?: readonly string[];
  /** Kept with this deploy once it has succeeded, for `confirm`. Not given: nothing is kept. */
  readonly note?: DeployNote;
}

/** What a deploy was made from, as its caller knows it. */
export interface DeployNote {
  /** Equal only where the same objects would be asked for again, as long as the images are the same. */
  readonly fingerprint: string;
  readonly manifestsDigest: string;
  readonly images: AppliedRecord['images'];
}

/** What `confirm` asks. */
export interface ConfirmRequest extends Pick<DeployRequest, 'owner'> {
  /** Whether the caller would ask for the same again: same fingerprint, same images. Asked while the cluster is looked at. */
  readonly isSame: (note: DeployNote) => Promise<boolean>;
}

/** A deploy that was found to be as it was left. */
export interface ConfirmedDeploy {
  readonly note: DeployNote;
  readonly report: DeployReport;
}

/** What happened to one object. */
export interface ObjectChange {
  readonly kind: string;
  /** Empty for an object of the whole cluster. */
  readonly namespace: string;
  readonly name: string;
  /** `configured`: changed where it is; `replaced`: removed and made anew. */
  readonly change: 'created' | 'configured' | 'replaced' | 'unchanged' | 'removed';
}

/** What a deploy did. */
export interface DeployReport {
  readonly changes: readonly ObjectChange[];
  readonly endpoints: readonly Endpoint[];
  /** Codes of fields that were accepted but do nothing here, as printed lines. */
  readonly notices: readonly string[];
}

/** What `loadImages` did to one image. */
export interface LoadReport {
  readonly image: string;
  readonly status: 'present' | 'loaded';
  readonly sentBytes: number;
}

/** Which kube context, and where it stands. */
export interface KubeAccess {
  /** Absolute path. */
  readonly kubeconfig: string;
  readonly kubeContext: string;
  /** Where objects that name no namespace are. */
  readonly namespace: string;
}

/** What gives a cluster. */
export type ClusterProvider = 'podman' | 'kind' | 'existing';

/** A place where images are loaded and manifests applied. */
export interface Cluster {
  readonly provider: ClusterProvider;
  readonly name: string;
  /** Afterwards the cluster runs and takes deploys. Does nothing but look when it already does. Removes what killed runs left. */
  up(): Promise<{ readonly change: 'created' | 'unchanged'; readonly version: string }>;
  /** Afterwards nothing of this cluster is left on the machine: container, network, volume, rule, folder. Never touches anybody else's. Deploys that run end with CLUSTER_NOT_UP. */
  down(): Promise<{ readonly removed: readonly string[] }>;
  /** Provider's version, e.g. `4.3.1`; part of `applied.json`. */
  version(): Promise<string>;
  /** How manifests name an image on this cluster: its image tag, or the same below a registry's repository. Pure. */
  referenceOf(image: ImageRecord): string;
  /** Afterwards every node has each image, under the name that `referenceOf` gives, with its image ID. Never builds. @throws {SlipwayError} CLUSTER_IMAGE_MISSING */
  loadImages(images: readonly ImageRecord[]): Promise<readonly LoadReport[]>;
  /**
   * Whether all that an owner's last deploy made is as it was left: the same was asked for, the images are there, its pods run the
   * same bytes with the same configuration, and their probes and ports answer now. Changes nothing, except that redirects that a
   * pod has lost are made again. `undefined` when anything is different, or cannot be told: then deploy.
   */
  confirm(request: ConfirmRequest): Promise<ConfirmedDeploy | undefined>;
  /** Applies and waits. Afterwards every object of the request is there and ready; what was so before is untouched. */
  deploy(request: DeployRequest): Promise<DeployReport>;
  /**
   * Afterwards each endpoint answers at its URL, until `close`; at the latest until this process ends. Endpoints that have a URL
   * already are given back as they are. @throws {SlipwayError} E2E_ENDPOINT_UNSUPPORTED, E2E_ENDPOINT_UNREACHABLE
   */
  openEndpoints(endpoints: readonly Endpoint[]): Promise<OpenedEndpoints>;
  /** How a test's own kubectl reaches the cluster; `undefined` where there is no API. */
  describeAccess(): Promise<KubeAccess | undefined>;
  /** Where Go programs leave coverage. Not given where there is no way into the nodes. */
  readonly coverage?: CoverageFolders | undefined;
  /** What `deploy` would change, as lines, those of the server; empty where nothing would. Changes nothing. Not given where there is no server to ask. */
  preview?(request: DeployRequest): Promise<readonly string[]>;
  /** Writes logs, states and events of what these owners deployed below a folder; values of Secrets are redacted. Returns the files' absolute paths. */
  collectDiagnostics(owners: readonly string[], folder: string): Promise<readonly string[]>;
}
