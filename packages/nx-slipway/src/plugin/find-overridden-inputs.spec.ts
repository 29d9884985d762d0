import { findOverriddenInputs } from './find-overridden-inputs';
import { deploymentOf, inferInMemory } from './testing/workspace-in-memory';

const OURS =
  inferInMemory({ 'web/Dockerfile': 'FROM scratch\n', 'web/k8s/a.yaml': deploymentOf('web') }).target('web:image-build')
    .inputs ?? [];

describe('findOverriddenInputs', () => {
  it('has nothing to say of inferred inputs, nor of ones added to them', () => {
    expect(findOverriddenInputs({ inputs: OURS }, 'web:image-build')).toBeUndefined();
    expect(findOverriddenInputs({ inputs: [...OURS, 'default'] }, 'web:image-build')).toBeUndefined();
  });

  it.each([
    ['replaced', ['default', '^default']],
    ['gone', undefined],
    [
      'partly kept',
      OURS.filter((input) => typeof input !== 'object' || !('env' in input) || input.env !== 'NX_SLIPWAY_ENGINE'),
    ],
  ])('warns of inputs that are %s', (_, inputs) => {
    expect(findOverriddenInputs({ inputs }, 'web:image-build')).toMatchObject({
      code: 'CONFIG_INPUTS_OVERRIDDEN',
      severity: 'warning',
      hint: expect.stringContaining('nx show target web:image-build'),
    });
  });
});
