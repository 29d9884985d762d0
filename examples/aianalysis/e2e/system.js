// @ts-check

const { requireVariable } = require('./cluster.js');
const { eventually } = require('./eventually.js');

/**
 * @typedef {object} Alert
 * @property {string} name
 * @property {string} namespace
 * @property {string} message
 * @property {Record<string, string>} [labels]
 *
 * @typedef {object} Finding
 * @property {string} rootCause
 * @property {number} confidence from 0 to 1
 * @property {string[]} recommendedActions
 *
 * @typedef {object} Analysis
 * @property {string} id
 * @property {Alert} alert
 * @property {'Pending' | 'Investigating' | 'Completed' | 'Failed'} phase
 * @property {Finding} [finding]
 * @property {string} [failureReason]
 * @property {string} createdAt
 * @property {string} updatedAt
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {Headers} headers
 * @property {any} body
 */

const REQUEST_TIMEOUT_MS = 10_000;

/** An alert whose cause is known to holmesgpt-api. @type {Alert} */
const OUT_OF_MEMORY = {
  name: 'KubePodCrashLooping',
  namespace: 'shop',
  labels: { pod: 'checkout-7d4f', reason: 'OOMKilled' },
  message: 'The container restarts again and again; it ended with exit code 137.',
};

/** The AIAnalysis system, as its users see it. */
class System {
  /**
   * @param {string} aianalysisUrl
   * @param {string} datastorageUrl
   */
  constructor(aianalysisUrl, datastorageUrl) {
    this.aianalysisUrl = aianalysisUrl;
    this.datastorageUrl = datastorageUrl;
  }

  /**
   * Sends an alert.
   *
   * @param {unknown} alert
   * @returns {Promise<Answer>}
   */
  submit(alert) {
    return request(`${this.aianalysisUrl}/analyses`, { method: 'POST', body: JSON.stringify({ alert }) });
  }

  /**
   * Sends an alert under an ID of the client's own.
   *
   * @param {string} id
   * @param {unknown} alert
   * @returns {Promise<Answer>}
   */
  ensure(id, alert) {
    return request(`${this.aianalysisUrl}/analyses/${id}`, { method: 'PUT', body: JSON.stringify({ alert }) });
  }

  /**
   * Sends an alert, and waits until its analysis is Completed or Failed.
   *
   * @param {Alert} alert
   * @returns {Promise<Analysis>}
   */
  async analyse(alert) {
    const { status, body } = await this.submit(alert);
    if (status !== 202) throw new Error(`POST /analyses answered ${status}: ${JSON.stringify(body)}`);
    return this.waitUntilFinished(body.id);
  }

  /**
   * @param {string} id
   * @returns {Promise<Analysis>}
   */
  waitUntilFinished(id) {
    return eventually(`analysis ${id} is finished`, async () => {
      const { status, body } = await this.read(id);
      if (status !== 200 || !['Completed', 'Failed'].includes(body.phase)) {
        throw new Error(`the last answer was ${status} ${JSON.stringify(body)}`);
      }
      return body;
    });
  }

  /**
   * @param {string} id
   * @returns {Promise<Answer>}
   */
  read(id) {
    return request(`${this.aianalysisUrl}/analyses/${id}`);
  }

  /** @returns {Promise<Answer>} the newest analyses; they always come from PostgreSQL, never from the cache */
  list() {
    return request(`${this.aianalysisUrl}/analyses`);
  }

  /**
   * Reads from datastorage, past aianalysis.
   *
   * @param {string} id
   * @returns {Promise<Answer>}
   */
  readStored(id) {
    return request(`${this.datastorageUrl}/analyses/${id}`);
  }

  /**
   * Stores an analysis as aianalysis would.
   *
   * @param {Analysis} analysis
   * @returns {Promise<Answer>}
   */
  store(analysis) {
    return request(`${this.datastorageUrl}/analyses/${analysis.id}`, { method: 'PUT', body: JSON.stringify(analysis) });
  }

  /**
   * The phases in which an analysis was stored, oldest first.
   *
   * @param {string} id
   * @returns {Promise<string[]>}
   */
  async readPhases(id) {
    const { body } = await request(`${this.datastorageUrl}/analyses/${id}/phases`);
    return body.map((/** @type {{ phase: string }} */ change) => change.phase);
  }

  /** Waits until every service does its part again: an alert goes in, and its cause comes out. */
  async waitUntilHealthy() {
    await eventually('the system works', async () => {
      for (const url of [this.datastorageUrl, this.aianalysisUrl]) {
        const { status } = await request(`${url}/readyz`);
        if (status !== 204) throw new Error(`${url}/readyz answered ${status}`);
      }
    });
    await eventually('the system finds a cause', async () => {
      const { phase, failureReason } = await this.analyse(OUT_OF_MEMORY);
      if (phase !== 'Completed') throw new Error(failureReason);
    });
  }
}

/**
 * @param {string} url
 * @param {{ method?: string, body?: string }} [options]
 * @returns {Promise<Answer>}
 */
async function request(url, { method = 'GET', body } = {}) {
  const response = await fetch(url, {
    method,
    body,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

/**
 * Returns the system whose addresses the environment gives.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {System}
 */
function openSystem(env) {
  return new System(requireVariable(env, 'AIANALYSIS_URL'), requireVariable(env, 'DATASTORAGE_URL'));
}

module.exports = { OUT_OF_MEMORY, openSystem };
