// @ts-check

const { randomUUID } = require('node:crypto');
const { openCluster } = require('./cluster.js');
const { OUT_OF_MEMORY, openSystem } = require('./system.js');

const system = openSystem(process.env);
const cluster = openCluster(process.env);

afterEach(() => system.waitUntilHealthy());

it.each(['Deployment/aianalysis', 'Deployment/datastorage', 'StatefulSet/postgres'])(
  'a restart of %s loses no stored analysis',
  async (workload) => {
    const before = await system.analyse(OUT_OF_MEMORY);
    await cluster.restart(workload);
    await system.waitUntilHealthy();

    expect((await system.read(before.id)).body).toEqual(before);
    expect((await system.list()).body.items).toContainEqual(before); // from PostgreSQL, not from the cache
  },
);

it('an analysis that aianalysis left unfinished is completed when it runs again', async () => {
  const now = new Date().toISOString();
  const id = randomUUID();
  await cluster.stop('Deployment/aianalysis');
  try {
    const pending = {
      id,
      alert: OUT_OF_MEMORY,
      phase: /** @type {const} */ ('Pending'),
      createdAt: now,
      updatedAt: now,
    };
    expect((await system.store(pending)).status).toBe(200);
    expect((await system.store({ ...pending, phase: 'Investigating' })).status).toBe(200);
  } finally {
    await cluster.start('Deployment/aianalysis');
  }
  await system.waitUntilHealthy();
  expect((await system.waitUntilFinished(id)).phase).toBe('Completed');
  expect(await system.readPhases(id)).toEqual(['Pending', 'Investigating', 'Completed']);
});
