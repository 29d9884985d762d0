import { withBuildSlot } from './build-slots';
import * as machineLock from './machine-lock';

jest.mock('./machine-lock');

const lockOneOf = jest.mocked(machineLock.lockOneOf);
const space = { machineStore: '/store', signal: new AbortController().signal };

function givenSlot(): jest.Mock {
  const release = jest.fn(() => Promise.resolve());
  lockOneOf.mockResolvedValue({ release });
  return release;
}

describe('withBuildSlot', () => {
  it('takes one of as many machine-wide slots as builds may run', async () => {
    givenSlot();
    const onWait = (): void => undefined;
    await expect(withBuildSlot({ max: 2, space, onWait }, () => Promise.resolve('built'))).resolves.toBe('built');
    expect(lockOneOf).toHaveBeenCalledWith(['build-slot:0', 'build-slot:1'], space, onWait);
  });

  it('gives the slot back, also when the work fails', async () => {
    const release = givenSlot();
    await expect(withBuildSlot({ max: 1, space }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(release).toHaveBeenCalledTimes(1);
  });

  it('never has no slot at all', async () => {
    givenSlot();
    await withBuildSlot({ max: 0, space }, () => Promise.resolve());
    expect(lockOneOf).toHaveBeenLastCalledWith(['build-slot:0'], space, undefined);
  });
});
