import { decideNextAttempt, NETWORK_PAUSES_MS } from './decide-next-attempt';

const [short, long] = NETWORK_PAUSES_MS;

describe('decideNextAttempt', () => {
  it.each([
    ['once alone where memory ran out', ['BUILD_STEP_OUT_OF_MEMORY'], { kind: 'alone' }],
    ['not where it ran out alone too', ['BUILD_STEP_OUT_OF_MEMORY', 'BUILD_STEP_OUT_OF_MEMORY'], { kind: 'give-up' }],
    ['after a pause where the network failed', ['BUILD_NETWORK_FAILED'], { kind: 'again', afterMs: short }],
    [
      'after a longer one the second time, whichever part of the network it was',
      ['ENGINE_REGISTRY_UNREACHABLE', 'BUILD_NETWORK_FAILED'],
      { kind: 'again', afterMs: long },
    ],
    ['not a third time', ['BUILD_NETWORK_FAILED', 'BUILD_NETWORK_FAILED', 'BUILD_NETWORK_FAILED'], { kind: 'give-up' }],
    ['alone also after the network failed', ['BUILD_NETWORK_FAILED', 'BUILD_STEP_OUT_OF_MEMORY'], { kind: 'alone' }],
    [
      'after the first pause where memory ran out before',
      ['BUILD_STEP_OUT_OF_MEMORY', 'BUILD_NETWORK_FAILED'],
      { kind: 'again', afterMs: short },
    ],
    ['never where a step is wrong', ['BUILD_STEP_FAILED'], { kind: 'give-up' }],
    ['never where it was cancelled', ['BUILD_CANCELLED'], { kind: 'give-up' }],
    ['never where a base does not exist', ['ENGINE_BASE_UNAVAILABLE'], { kind: 'give-up' }],
    ['never where it took too long', ['BUILD_TIMED_OUT'], { kind: 'give-up' }],
    ['never where a disk is full', ['BUILD_NO_SPACE'], { kind: 'give-up' }],
  ] as const)('tries again %s', (_title, failed, expected) => {
    expect(decideNextAttempt(failed)).toEqual(expected);
  });
});
