/** A registry as the machine and as a cluster's nodes see it. */
export interface RegistryRoute {
  /** Host and port in image references: `localhost:5001`. */
  readonly registry: string;
  /** Where the nodes find it: `http://kind-registry:5000`. */
  readonly endpoint: string;
}

/** What makes kind's nodes pull from a registry. */
export interface RegistryWiring {
  /** For `containerdConfigPatches` of a kind config; the same for every registry. */
  readonly containerdConfigPatches: readonly string[];
  /** A file to write on every node, which containerd reads at each pull: no restart is needed. */
  readonly hostsFile: { readonly path: string; readonly content: string };
}

const CERTS_FOLDER = '/etc/containerd/certs.d';

/**
 * How kind's nodes are told where a registry of this machine is (containerd, `docs/hosts.md`). containerd 1 has the folder under
 * another key than containerd 2 with a version 3 config; each takes the other's for unknown and leaves it (seen with 1.6.20 and 2.2.1, with
 * configs of version 2 and 3), so both are given. Pure.
 */
export function wireRegistry({ registry, endpoint }: RegistryRoute): RegistryWiring {
  const plugins = ['io.containerd.grpc.v1.cri', 'io.containerd.cri.v1.images'];
  return {
    containerdConfigPatches: plugins.map(
      (plugin) => `[plugins."${plugin}".registry]\n  config_path = "${CERTS_FOLDER}"\n`,
    ),
    hostsFile: {
      path: `${CERTS_FOLDER}/${registry}/hosts.toml`,
      content: `[host."${endpoint}"]\n  capabilities = ["pull", "resolve"]\n`,
    },
  };
}
