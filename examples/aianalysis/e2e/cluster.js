// @ts-check

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
  const name = requireVariable(env, 'NX_SLIPWAY_CLUSTER_NAME');
  if (provider === 'podman') return new PodmanCluster(name);
  throw new Error(`These tests cannot stop workloads on a "${provider}" cluster yet. Run them on podman.`);
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

module.exports = { openCluster, requireVariable };
