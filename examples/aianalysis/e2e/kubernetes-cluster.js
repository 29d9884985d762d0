// @ts-check

const { spawn } = require('node:child_process');

/** @typedef {import('./cluster.js').Cluster} Cluster */

const TIMEOUT_SECONDS = 60;

/**
 * A cluster of Kubernetes. A workload is stopped by having no replicas, and restarted by replacing its pods: so nothing
 * of what was deployed is changed for good.
 *
 * @implements {Cluster}
 */
class KubernetesCluster {
  /**
   * @param {{ kubeconfig: string, kubeContext: string, namespace: string }} target
   */
  constructor(target) {
    this.target = target;
  }

  /** @param {string} workload */
  async stop(workload) {
    const selector = await this.readSelector(workload);
    await this.kubectl(['scale', workload, '--replicas=0']);
    await this.kubectl(['wait', '--for=delete', 'pod', ...selector, `--timeout=${TIMEOUT_SECONDS}s`]);
  }

  /** @param {string} workload */
  async start(workload) {
    await this.kubectl(['scale', workload, '--replicas=1']);
  }

  /** @param {string} workload */
  async restart(workload) {
    const selector = await this.readSelector(workload);
    await this.kubectl(['delete', 'pod', ...selector, '--wait', `--timeout=${TIMEOUT_SECONDS}s`]);
  }

  /**
   * Runs kubectl on this cluster, whatever the user's own kubeconfig says, and returns what it printed.
   *
   * @param {readonly string[]} args
   * @param {string} [input]
   * @returns {Promise<string>}
   */
  kubectl(args, input = '') {
    const { kubeconfig, kubeContext, namespace } = this.target;
    const pinned = ['--kubeconfig', kubeconfig, '--context', kubeContext, '--namespace', namespace, ...args];
    return new Promise((resolve, reject) => {
      const child = spawn('kubectl', pinned, { stdio: 'pipe' });
      let output = '';
      let problem = '';
      child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
      child.stderr.setEncoding('utf8').on('data', (text) => (problem += text));
      child.once('error', reject);
      child.once('close', (code) => {
        if (code === 0) resolve(output);
        else reject(new Error(`kubectl ${args.join(' ')} ended with ${code}: ${problem.trim()}`));
      });
      child.stdin.on('error', () => {}); // It may end without reading; then its exit code tells why.
      child.stdin.end(input);
    });
  }

  /**
   * @param {string} workload
   * @returns {Promise<string[]>} flags that select the workload's pods
   */
  async readSelector(workload) {
    const labels = JSON.parse(await this.kubectl(['get', workload, '--output=jsonpath={.spec.selector.matchLabels}']));
    const pairs = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
    return ['--selector', pairs.join(',')];
  }
}

module.exports = { KubernetesCluster };
