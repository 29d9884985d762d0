import { findNxRunStart, parseProcess, type ObservedProcess } from './nx-run-start';

/** What Nx 23.2 was seen to start for `npx nx run p:show`. */
const CHAIN: Readonly<Record<number, ObservedProcess>> = {
  40: { parent: 30, startTicks: 1_500, command: ['/usr/bin/node', '/shop/node_modules/nx/dist/bin/run-executor.js'] },
  30: { parent: 20, startTicks: 1_300, command: ['node', '/shop/node_modules/.bin/nx', 'run', 'p:show'] },
  20: { parent: 10, startTicks: 1_290, command: ['sh', '-c', 'nx', 'run', 'p:show'] },
  10: { parent: 1, startTicks: 1_200, command: ['npm exec nx run p:show'] },
};

const START = 1_000_000;

describe('findNxRunStart', () => {
  const find = (pid: number, chain = CHAIN): number | undefined =>
    findNxRunStart({ pid, startedAtMs: START, observe: (asked) => chain[asked] });

  it('is the start of the command line of Nx that started a task', () => {
    expect(find(40)).toBe(START - 2_000);
  });

  it('is that of the nearest run where a task runs Nx itself', () => {
    const inner = { parent: 40, startTicks: 1_600, command: ['node', '/shop/node_modules/nx/bin/nx.js', 'deploy'] };
    const task = { parent: 50, startTicks: 1_700, command: ['node', 'run-executor.js'] };
    expect(find(60, { ...CHAIN, 50: inner, 60: task })).toBe(START - 1_000);
  });

  it('is not known outside of a run of Nx, nor where the machine does not tell', () => {
    expect(find(20)).toBeUndefined();
    expect(find(40, {})).toBeUndefined();
  });
});

describe('parseProcess', () => {
  it('reads the parent and the start of a program whose name has parentheses and spaces', () => {
    const rest = 'S 30 40 40 0 -1 4194304 1 0 0 0 1 2 0 0 20 0 7 0 1500 1000 2';
    expect(parseProcess(`40 (a) b (c)) ${rest}`, [])).toEqual({ parent: 30, startTicks: 1_500, command: [] });
  });
});
