// @ts-check

const { AIAnalysisObjects } = require('./aianalysis-objects.js');
const { openKubernetes } = require('./cluster.js');
const { OUT_OF_MEMORY, openSystem } = require('./system.js');

const system = openSystem(process.env);
const cluster = openKubernetes(process.env);
const objects = new AIAnalysisObjects(cluster);

afterAll(() => objects.removeAll());

describe('an AIAnalysis', () => {
  it('is completed with the cause; its phases are stored under the ID in its status', async () => {
    await objects.apply('known', OUT_OF_MEMORY);
    const status = await objects.waitUntilFinished('known');
    expect(status).toMatchObject({
      phase: 'Completed',
      finding: { rootCause: expect.stringContaining('memory'), confidence: 0.9 },
    });
    expect(status.conditions).toMatchObject([
      { type: 'Ready', status: 'True', reason: 'Completed', observedGeneration: 1 },
      { type: 'Stalled', status: 'False' },
    ]);
    expect(await system.readPhases(status.analysisID)).toEqual(['Pending', 'Investigating', 'Completed']);
    expect(await objects.readColumns('known')).toMatchObject({
      ALERT: OUT_OF_MEMORY.name,
      PHASE: 'Completed',
      CONFIDENCE: '0.9',
    });
  });

  it('is analysed anew when its alert is changed', async () => {
    await objects.apply('changed', OUT_OF_MEMORY);
    const before = await objects.waitUntilFinished('changed');
    await objects.apply('changed', { name: 'NobodyHasSeenThis', namespace: 'shop', message: 'odd' });
    const after = await objects.waitUntilFinished('changed', 2);
    expect(after).toMatchObject({ phase: 'Completed', finding: { confidence: 0 } });
    expect(after.analysisID).not.toBe(before.analysisID);
  });

  it('is gone when it is deleted; what was found out stays stored', async () => {
    await objects.apply('deleted', OUT_OF_MEMORY);
    const { analysisID } = await objects.waitUntilFinished('deleted');
    await objects.remove('deleted');
    await expect(objects.read('deleted')).rejects.toThrow('NotFound');
    expect((await system.read(analysisID)).body).toMatchObject({ phase: 'Completed' });
  });

  it('fails with the reason when nobody finds a cause', async () => {
    await cluster.stop('Deployment/holmesgpt-api');
    try {
      await objects.apply('failed', OUT_OF_MEMORY);
      const status = await objects.waitUntilFinished('failed');
      expect(status.phase).toBe('Failed');
      expect(status.failureReason).toContain('the investigation service gave no finding');
      expect(status.conditions).toMatchObject([
        { type: 'Ready', status: 'False' },
        { type: 'Stalled', status: 'True' },
      ]);
    } finally {
      await cluster.start('Deployment/holmesgpt-api');
      await system.waitUntilHealthy();
    }
  });
});

it('what is asked while the controller is away is analysed when it is back; what it finished stays', async () => {
  await objects.apply('earlier', OUT_OF_MEMORY);
  const earlier = await objects.waitUntilFinished('earlier');
  await cluster.stop('Deployment/aianalysis-controller');
  try {
    await objects.apply('meanwhile', OUT_OF_MEMORY);
    expect((await objects.read('meanwhile')).status).toBeUndefined();
  } finally {
    await cluster.start('Deployment/aianalysis-controller');
  }
  expect(await objects.waitUntilFinished('meanwhile')).toMatchObject({ phase: 'Completed' });
  expect((await objects.read('earlier')).status).toEqual(earlier);
});

it.each([
  ['no alert', undefined, 'spec.alert: Required value'],
  ['an alert without a name', { namespace: 'shop' }, 'spec.alert.name: Required value'],
  ['an empty namespace', { name: 'A', namespace: '' }, 'spec.alert.namespace'],
  ['a message that is too long', { ...OUT_OF_MEMORY, message: 'x'.repeat(8193) }, 'spec.alert.message: Too long'],
  ['an unknown field', { ...OUT_OF_MEMORY, severity: 'high' }, 'severity'],
])('%s is refused by the schema, which names the field', async (_, alert, reason) => {
  await expect(objects.apply('invalid', alert)).rejects.toThrow(reason);
});
