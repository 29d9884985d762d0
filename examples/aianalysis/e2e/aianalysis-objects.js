// @ts-check

const { randomUUID } = require('node:crypto');
const { eventually } = require('./eventually.js');

/** @typedef {import('./kubernetes-cluster.js').KubernetesCluster} KubernetesCluster */

/** The AIAnalysis objects of a test, by kubectl as their authors write and read them. */
class AIAnalysisObjects {
  /** @param {KubernetesCluster} cluster */
  constructor(cluster) {
    this.cluster = cluster;
    this.run = `e2e-${randomUUID().slice(0, 8)}`;
  }

  /**
   * Makes an object, or changes it.
   *
   * @param {string} name is made the test run's own
   * @param {unknown} alert
   */
  async apply(name, alert) {
    const object = {
      apiVersion: 'aianalysis.example.com/v1alpha1',
      kind: 'AIAnalysis',
      metadata: { name: this.nameOf(name), labels: { 'e2e-run': this.run } },
      spec: { alert },
    };
    await this.cluster.kubectl(['apply', '--server-side', '--filename=-'], JSON.stringify(object));
  }

  /**
   * @param {string} name
   * @returns {Promise<any>}
   */
  async read(name) {
    return JSON.parse(await this.cluster.kubectl(['get', 'aianalysis', this.nameOf(name), '--output=json']));
  }

  /**
   * What `kubectl get` shows of an object, by column.
   *
   * @param {string} name
   * @returns {Promise<Record<string, string>>}
   */
  async readColumns(name) {
    const shown = await this.cluster.kubectl(['get', 'aianalysis', this.nameOf(name)]);
    const [titles = [], values = []] = shown.split('\n').map((line) => line.split(/\s+/));
    return Object.fromEntries(titles.map((title, index) => [title, values[index] ?? '']));
  }

  /**
   * Waits until this generation of the object is Completed or Failed, and returns its status.
   *
   * @param {string} name
   * @param {number} [generation]
   * @returns {Promise<any>}
   */
  waitUntilFinished(name, generation = 1) {
    return eventually(`AIAnalysis ${name} is finished`, async () => {
      const { status } = await this.read(name);
      if (status?.observedGeneration !== generation || !['Completed', 'Failed'].includes(status.phase)) {
        throw new Error(`its status is ${JSON.stringify(status)}`);
      }
      return status;
    });
  }

  /** @param {string} name */
  async remove(name) {
    await this.cluster.kubectl(['delete', 'aianalysis', this.nameOf(name), '--wait', '--timeout=30s']);
  }

  async removeAll() {
    await this.cluster.kubectl(['delete', 'aianalysis', '--selector', `e2e-run=${this.run}`, '--timeout=30s']);
  }

  /**
   * @param {string} name
   * @returns {string}
   */
  nameOf(name) {
    return `${this.run}-${name}`;
  }
}

module.exports = { AIAnalysisObjects };
