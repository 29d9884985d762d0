import { defineCodes } from '../catalogue-entry';

/** The CLUSTER codes of Kubernetes clusters. */
export const kubernetesCodes = defineCodes({
  CLUSTER_KUBECTL_NOT_FOUND: {
    title: 'kubectl is not installed',
    severity: 'error',
    blame: 'environment',
    retryable: false,
    message: 'kubectl was not found on PATH. Clusters of the providers kind and existing are reached with it.',
    hint: 'Install kubectl (kubernetes.io/docs/tasks/tools), or deploy to the podman cluster, which needs none.',
  },
  CLUSTER_KUBECTL_FAILED: {
    title: 'A kubectl command failed',
    severity: 'error',
    blame: 'environment',
    retryable: true,
    message: '"{command}" failed ({status}).',
    hint: 'What kubectl printed is shown below. Run the target again once that is solved.',
  },
  CLUSTER_KUBECONFIG_INVALID: {
    title: 'A kubeconfig cannot be used',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: 'The kube context "{kubeContext}" of the kubeconfig {path} cannot be used: {reason}.',
    hint: 'Run cluster-up again, which writes the kubeconfig of clusters that it made. For another cluster, correct the file.',
  },
});
