// @ts-check

const { randomUUID } = require('node:crypto');
const { OUT_OF_MEMORY, openSystem } = require('./system.js');

const system = openSystem(process.env);

describe('an alert with a known cause', () => {
  it('is accepted at once, and completed with the cause', async () => {
    const accepted = await system.submit(OUT_OF_MEMORY);
    expect(accepted.status).toBe(202);
    expect(accepted.body).toMatchObject({ phase: 'Pending', alert: OUT_OF_MEMORY });
    expect(accepted.headers.get('location')).toBe(`/analyses/${accepted.body.id}`);

    const finished = await system.waitUntilFinished(accepted.body.id);
    expect(finished).toMatchObject({
      phase: 'Completed',
      alert: OUT_OF_MEMORY,
      finding: { rootCause: expect.stringContaining('memory'), confidence: 0.9 },
    });
    expect(finished.finding?.recommendedActions).not.toHaveLength(0);
  });

  it('has every phase stored, in order', async () => {
    const { id } = await system.analyse(OUT_OF_MEMORY);
    expect(await system.readPhases(id)).toEqual(['Pending', 'Investigating', 'Completed']);
  });

  it('is read from the cache the second time', async () => {
    const { id } = await system.analyse(OUT_OF_MEMORY);
    const first = await system.readStored(id);
    const second = await system.readStored(id);
    expect(second.headers.get('x-cache')).toBe('hit');
    expect(second.body).toEqual(first.body);
  });

  it('appears first in the list', async () => {
    const { id } = await system.analyse(OUT_OF_MEMORY);
    const { body } = await system.list();
    expect(body.items[0]).toMatchObject({ id, phase: 'Completed' });
  });
});

it('completes an unknown alert without confidence, and says whom to ask', async () => {
  const analysis = await system.analyse({ name: 'NobodyHasSeenThis', namespace: 'shop', message: 'odd' });
  expect(analysis).toMatchObject({
    phase: 'Completed',
    finding: { rootCause: 'No known cause matches this alert.', confidence: 0 },
  });
  expect(analysis.finding?.recommendedActions.join()).toContain('on call');
});

it('an alert that is sent under an ID may be sent again; another alert under that ID is refused', async () => {
  const id = randomUUID();
  expect((await system.ensure(id, OUT_OF_MEMORY)).status).toBe(202);
  const finished = await system.waitUntilFinished(id);
  expect(await system.ensure(id, OUT_OF_MEMORY)).toMatchObject({ status: 200, body: finished });
  expect((await system.ensure(id, { ...OUT_OF_MEMORY, namespace: 'other' })).status).toBe(409);
  expect(await system.readPhases(id)).toEqual(['Pending', 'Investigating', 'Completed']);
});

describe('invalid input', () => {
  it.each([
    ['no alert', undefined, 'alert.name is empty'],
    ['an alert without a name', { namespace: 'shop', message: '' }, 'alert.name is empty'],
    ['an alert without a namespace', { name: 'KubePodCrashLooping', message: '' }, 'alert.namespace is empty'],
    ['an unknown field', { ...OUT_OF_MEMORY, severity: 'high' }, 'unknown field'],
    ['a message that is too long', { ...OUT_OF_MEMORY, message: 'x'.repeat(8193) }, '8192 are allowed'],
  ])('%s is refused with the reason', async (_, alert, reason) => {
    const { status, body } = await system.submit(alert);
    expect(status).toBe(400);
    expect(body.error).toContain(reason);
  });

  it('an id that is not one is refused; one that is not stored is not found', async () => {
    expect((await system.read('42')).status).toBe(400);
    expect((await system.read('00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });
});
