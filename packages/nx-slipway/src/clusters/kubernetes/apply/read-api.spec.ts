import type { ApiAnswer } from '../kube-api';
import { AWAY_LIMIT_MS, readApi } from './read-api';

/** Reads a path of a server that answers in this order, the last answer for ever; each pause is over at once. */
async function read(...answers: readonly ApiAnswer[]): Promise<unknown> {
  let now = 0;
  let asked = 0;
  const tools = {
    clock: { now: () => now, sleep: (ms: number) => Promise.resolve(void (now += ms)) },
    signal: new AbortController().signal,
    ...{ env: {}, log: { line: () => undefined }, runner: { run: () => Promise.reject(new Error('no process')) } },
  };
  const get = (): Promise<ApiAnswer> => Promise.resolve(answers[Math.min(asked++, answers.length - 1)]!);
  try {
    return await readApi('/version', { api: { get }, tools });
  } catch (error) {
    return `${(error as { code?: string }).code} after ${now}`;
  }
}

const refused = (httpStatus: number): ApiAnswer => ({ status: 'refused', httpStatus, message: 'the reason' });

describe('readApi', () => {
  it.each([
    ['does not answer', { status: 'unreachable', message: 'connect ECONNREFUSED' }],
    ['has just been started', refused(503)],
    ['has too much to do', refused(429)],
    ['has lost its etcd', refused(500)],
  ] as [string, ApiAnswer][])('asks a server again that %s, for a while', async (_, trouble) => {
    await expect(read(trouble, trouble, { status: 'ok', body: 'v1' })).resolves.toBe('v1');
    await expect(read(trouble)).resolves.toBe(`CLUSTER_API_AWAY after ${AWAY_LIMIT_MS}`);
  });

  it('takes what is not there for nothing, and does not ask again where it may not', async () => {
    await expect(read(refused(404))).resolves.toBeUndefined();
    await expect(read(refused(403))).resolves.toBe('CLUSTER_API_REFUSED after 0');
  });
});
