// @ts-check

const { openCluster } = require('./cluster.js');
const { eventually } = require('./eventually.js');
const { OUT_OF_MEMORY, openSystem } = require('./system.js');

const system = openSystem(process.env);
const cluster = openCluster(process.env);

/**
 * Runs `observe` while a workload is stopped; afterwards the system works again, whatever happened.
 *
 * @param {string} workload
 * @param {() => Promise<void>} observe
 */
async function whileStopped(workload, observe) {
  await cluster.stop(workload);
  try {
    await observe();
  } finally {
    await cluster.start(workload);
    await system.waitUntilHealthy();
  }
}

describe('without holmesgpt-api', () => {
  it('an analysis fails within seconds, with the reason; afterwards analyses complete again', async () => {
    await whileStopped('Deployment/holmesgpt-api', async () => {
      const startedAt = Date.now();
      const analysis = await system.analyse(OUT_OF_MEMORY);
      expect(analysis.phase).toBe('Failed');
      expect(analysis.failureReason).toContain('the investigation service gave no finding: gave up after 5 attempts');
      expect(Date.now() - startedAt).toBeLessThan(20_000);
      expect(await system.readPhases(analysis.id)).toEqual(['Pending', 'Investigating', 'Failed']);
    });
    expect((await system.analyse(OUT_OF_MEMORY)).phase).toBe('Completed');
  });
});

describe('without redis', () => {
  it('reads and whole analyses still work, and say that the cache is unavailable', async () => {
    const before = await system.analyse(OUT_OF_MEMORY);
    await whileStopped('Deployment/redis', async () => {
      const { status, headers, body } = await system.readStored(before.id);
      expect(status).toBe(200);
      expect(headers.get('x-cache')).toBe('unavailable');
      expect(body).toEqual(before);
      expect((await system.analyse(OUT_OF_MEMORY)).phase).toBe('Completed');
    });
    await eventually('the cache has the analysis again', async () => {
      expect((await system.readStored(before.id)).headers.get('x-cache')).toBe('hit');
    });
  });
});

describe('without PostgreSQL', () => {
  it('new analyses are refused instead of lost', async () => {
    await whileStopped('StatefulSet/postgres', async () => {
      const { status, body } = await system.submit(OUT_OF_MEMORY);
      expect(status).toBe(503);
      expect(body.error).toBe('datastorage is unavailable');
    });
  });
});
