import {
  EMPTY_LEDGER,
  enqueue,
  isRunning,
  leave,
  parseLedger,
  reap,
  report,
  start,
  type AdmissionRequest,
} from './ledger';

const request = (id: string): AdmissionRequest => ({
  ...{ id, name: id, estimateMiB: 100, alone: false },
  holder: { pid: 7, startTicks: 8, bootId: 'boot' },
});

describe('a ledger', () => {
  const two = enqueue(enqueue(EMPTY_LEDGER, request('a')), request('b'));

  it('keeps the order of arrival, and takes nobody in twice', () => {
    expect(two.entries.map(({ id, sequence }) => [id, sequence])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
    expect(enqueue(two, request('a'))).toBe(two);
    expect(enqueue(leave(two, 'b'), request('c')).entries[1]?.sequence).toBe(2);
  });

  it('counts by how many a waiting build was overtaken', () => {
    expect(start(two, 'b', ['a']).entries).toMatchObject([
      { id: 'a', status: 'waiting', overtaken: 1 },
      { id: 'b', status: 'running', overtaken: 0 },
    ]);
  });

  it('is itself where what is to be done is done already', () => {
    const running = report(start(two, 'b', ['a']), request('b'), { usedMiB: 5, cgroups: ['/c'] });
    expect(start(running, 'b', ['a'])).toBe(running);
    expect(report(running, request('b'), { usedMiB: 5, cgroups: ['/c'] })).toBe(running);
    expect(report(running, request('b'), { usedMiB: 6, cgroups: ['/c'] })).not.toBe(running);
    expect(leave(running, 'c')).toBe(running);
    expect([isRunning(running, 'a'), isRunning(running, 'b')]).toEqual([false, true]);
  });

  it('takes a running build back that it has lost', () => {
    const told = report(EMPTY_LEDGER, request('a'), { usedMiB: 50, cgroups: ['/c'] });
    expect(told.entries).toMatchObject([{ id: 'a', status: 'running', usedMiB: 50, cgroups: ['/c'] }]);
  });

  it('loses those who are gone, and is itself where nobody is', () => {
    expect(reap(two, ({ id }) => id === 'a').entries.map(({ id }) => id)).toEqual(['b']);
    expect(reap(two, () => false)).toBe(two);
  });

  it('comes back from its file as it was', () => {
    expect(parseLedger(JSON.stringify(two))).toEqual({ status: 'valid', ledger: two });
  });

  it.each([
    ['cut off', JSON.stringify(two).slice(0, -20), 'damaged'],
    ['empty', '', 'damaged'],
    ['of another form', '{"schemaVersion":1,"entries":[{}]}', 'damaged'],
    ['without a count', '{"schemaVersion":1,"nextSequence":-1,"entries":[]}', 'damaged'],
    ...Object.entries({
      id: '',
      name: 7,
      holder: { pid: 0, startTicks: 8, bootId: 'boot' },
      status: 'gone',
      estimateMiB: -1,
      alone: 'yes',
      sequence: 0.5,
      overtaken: null,
      usedMiB: '50',
      cgroups: [7],
    }).map(([name, value]): [string, string, string] => [
      `with a wrong ${name}`,
      JSON.stringify({ ...two, entries: [{ ...two.entries[0], [name]: value }] }),
      'damaged',
    ]),
    ['no object', 'null', 'damaged'],
    ['of a newer version', '{"schemaVersion":2,"builds":[]}', 'newer'],
  ])('is known for what it is where it is %s', (_, text, status) => {
    expect(parseLedger(text)).toEqual({ status });
  });
});
