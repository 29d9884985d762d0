// @ts-check

const { execFile } = require('node:child_process');
const { promisify } = require('node:util');

const run = promisify(execFile);

/** @typedef {import('./cluster.js').Cluster} Cluster */

const STOP_TIMEOUT_SECONDS = 20;

/**
 * A cluster whose pods are podman's. Only the workload's own container is stopped: the pod, and with it the address,
 * stays. The container is told from init containers by its name, which is the workload's in these manifests.
 *
 * @implements {Cluster}
 */
class PodmanCluster {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }

  /** @param {string} workload */
  async stop(workload) {
    await run('podman', ['stop', '--time', String(STOP_TIMEOUT_SECONDS), ...(await this.findContainers(workload))]);
  }

  /** @param {string} workload */
  async start(workload) {
    await run('podman', ['start', ...(await this.findContainers(workload))]);
  }

  /** @param {string} workload */
  async restart(workload) {
    await this.stop(workload);
    await this.start(workload);
  }

  /**
   * @param {string} workload
   * @returns {Promise<string[]>} IDs, at least one
   */
  async findContainers(workload) {
    const labels = {
      'io.nx-slipway.cluster': this.name,
      'io.nx-slipway.namespace': 'default',
      'io.nx-slipway.workload': workload,
      'io.nx-slipway.container': workload.slice(workload.indexOf('/') + 1),
    };
    const filters = Object.entries(labels).flatMap(([label, value]) => ['--filter', `label=${label}=${value}`]);
    const { stdout } = await run('podman', ['ps', '--all', '--quiet', ...filters]);
    const ids = stdout.split('\n').filter(Boolean);
    if (ids.length === 0) throw new Error(`Cluster ${this.name} has no container of ${workload}.`);
    return ids;
  }
}

module.exports = { PodmanCluster };
