// @ts-check

const PAUSE_MS = 100;

/**
 * Repeats `attempt` until it no longer throws, and returns what it returned.
 * After `timeoutMs` it throws the last error, with `what` in front.
 *
 * @template T
 * @param {string} what what is waited for, to complete "… did not happen"
 * @param {() => Promise<T>} attempt
 * @param {number} [timeoutMs]
 * @returns {Promise<T>}
 */
async function eventually(what, attempt, timeoutMs = 60_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`"${what}" did not happen within ${timeoutMs / 1000} s: ${describe(error)}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/**
 * `fetch` hides why it failed in its error's cause.
 *
 * @param {unknown} error
 * @returns {string}
 */
function describe(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

module.exports = { eventually };
