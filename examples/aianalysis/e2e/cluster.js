// @ts-check

const { KubernetesCluster } = require('./kubernetes-cluster.js');
const { PodmanCluster } = require('./podman-cluster.js');

/**
 * What the tests do to the cluster. A workload is named as "Deployment/redis" or "StatefulSet/postgres".
 *
 * @typedef {object} Cluster
 * @property {(workload: string) => Promise<void>} stop the workload's processes have ended, in an orderly way
 * @property {(workload: string) => Promise<void>} start they run again, on the same address; perhaps not ready yet
 * @property {(workload: string) => Promise<void>} restart both, one after the other
 */

/**
 * Returns the cluster that the environment names.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Cluster}
 */
function openCluster(env) {
  const provider = requireVariable(env, 'NX_SLIPWAY_CLUSTER_PROVIDER');
  return provider === 'podman' ? openPodman(env) : openKubernetes(env);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {PodmanCluster}
 */
function openPodman(env) {
  return new PodmanCluster(requireVariable(env, 'NX_SLIPWAY_CLUSTER_NAME'));
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {KubernetesCluster}
 */
function openKubernetes(env) {
  return new KubernetesCluster({
    kubeconfig: requireVariable(env, 'NX_SLIPWAY_KUBECONFIG'),
    kubeContext: requireVariable(env, 'NX_SLIPWAY_KUBE_CONTEXT'),
    namespace: requireVariable(env, 'NX_SLIPWAY_NAMESPACE'),
  });
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} name
 * @returns {string}
 */
function requireVariable(env, name) {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set. Run these tests with: nx run aianalysis:e2e`);
  return value;
}

module.exports = { openCluster, openKubernetes, requireVariable };
