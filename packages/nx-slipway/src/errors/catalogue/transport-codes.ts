import { defineCodes } from '../catalogue-entry';

/** The CLUSTER codes of how images reach the nodes of a cluster. */
export const transportCodes = defineCodes({
  CLUSTER_NODE_UNREACHABLE: {
    title: 'A node does not tell which images it has',
    severity: 'error',
    blame: 'environment',
    retryable: true,
    message: 'The containerd of the node {node} could not be asked ({status}).',
    hint: 'Look whether the node runs: "podman ps" or "docker ps". To start the cluster anew, run its cluster-down and cluster-up targets.',
  },
  CLUSTER_NODE_LOAD_FAILED: {
    title: 'Images could not be brought to a node',
    severity: 'error',
    blame: 'environment',
    retryable: true,
    message:
      'The node {node} did not take {images}: {reason}. Names from which nothing could be started were removed from the node.',
    hint: 'What the node said is shown above. To see what it has: podman exec {node} ctr --namespace=k8s.io images check (docker exec, where docker runs it).',
  },
  CLUSTER_NODE_DISK_FULL: {
    title: 'The disk of a node is full',
    severity: 'error',
    blame: 'environment',
    retryable: true,
    message: 'The node {node} has no space left for {images}.',
    hint: 'See what is in use with "df -h" on this machine. Image names that pile up on nodes are removed by: npx nx-slipway gc',
  },
  CLUSTER_SOURCE_IMAGE_MISSING: {
    title: 'The engine does not have an image that is to be loaded',
    severity: 'error',
    blame: 'environment',
    retryable: true,
    message: '{engine} does not have the image {image} ({imageId}): {found}.',
    hint: 'Build it: run the image-build target of its project.',
  },
  CLUSTER_TRANSPORT_FELL_BACK: {
    title: 'Images were brought to the nodes in another way than planned',
    severity: 'warning',
    blame: 'environment',
    retryable: false,
    message: '{node} did not take its missing layers: {reason}. All layers of these images are sent.',
    hint: 'Nothing to do if it happens once: something else changed the images of the node meanwhile. If it happens often, set the transport to "archive".',
  },
  CLUSTER_REGISTRY_BYPASSED: {
    title: 'Images were brought to the nodes without the registry',
    severity: 'warning',
    blame: 'environment',
    retryable: false,
    message: '{reason}. The images went straight to the nodes of this cluster, under the same names.',
    hint: 'Another cluster would not find them in the registry. Look whether it answers, and whether you may push: skopeo login writes the credentials that are used.',
  },
  CLUSTER_LAYERS_READ_WHOLE: {
    title: 'Single layers could not be read out of podman',
    severity: 'warning',
    blame: 'environment',
    retryable: false,
    message:
      'skopeo could not read single layers out of podman: {reason}. The images were saved whole, and only the missing layers were sent.',
    hint: 'Install skopeo (Debian: apt-get install skopeo), or run "skopeo inspect containers-storage:IMAGE" to see what hinders it.',
  },
  CLUSTER_REGISTRY_NOT_SET: {
    title: 'The cluster needs a registry to get images from',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message:
      'The nodes of this cluster are reached through a registry only (transport "{transport}"), and none is set.',
    hint: 'Set the option "registry.repository" of the plugin, e.g. to "registry.example.com/team".',
  },
  CLUSTER_NODES_UNREACHED: {
    title: 'The transport needs the nodes themselves',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: 'The transport "{transport}" writes into the nodes of a cluster, which is possible with kind only.',
    hint: 'Use the transport "registry", and set the option "registry.repository", e.g. to "registry.example.com/team".',
  },
  CLUSTER_PUSH_FAILED: {
    title: 'An image could not be pushed',
    severity: 'error',
    blame: 'environment',
    retryable: true,
    message: '{reference} could not be pushed: {reason}.',
    hint: 'Look whether the registry answers and whether you may push: skopeo login, podman login or docker login write the credentials that are used.',
  },
});
