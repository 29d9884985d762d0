import type { NxVisibility } from '../../build-context/nx-visibility';
import { findInvisibleInputs } from './find-invisible-inputs';

/** Hides exactly these paths. */
const hiding = (...hidden: readonly string[]): NxVisibility => ({
  hiddenBy: (path, isFolder) => (hidden.includes(isFolder ? `${path}/` : path) ? '.gitignore' : undefined),
});

describe('findInvisibleInputs', () => {
  it.each([['web/Dockerfile'], ['web/']])('warns of a Dockerfile where Nx does not see %s', (hidden) => {
    expect(
      findInvisibleInputs(['slipway.lock.json', 'web/Dockerfile'], hiding(hidden), 'web:image-build'),
    ).toMatchObject([
      { code: 'CONTEXT_INPUT_INVISIBLE', message: expect.stringContaining('web/Dockerfile is ignored by .gitignore') },
    ]);
  });

  it('is silent about what Nx sees', () => {
    expect(findInvisibleInputs(['web/Dockerfile'], hiding('web/other'), 'web:image-build')).toEqual([]);
  });
});
