import { renderNextSteps } from './render-next-steps';

describe('renderNextSteps', () => {
  const target = { project: 'shop', target: 'image-build' };

  it('names the command to run', () => {
    expect(renderNextSteps(target, undefined).join()).toContain('npx nx run shop:image-build --skip-nx-cache');
  });

  it.each([
    [true, 'podman has web:key: it would not be built.'],
    [false, 'podman has no web:key: it would be built.'],
  ])('says whether the engine has the image: %s', (isThere, told) => {
    const found = { engine: 'podman', keyTag: 'web:key', isThere };
    expect(renderNextSteps(target, found)[0]).toBe(`  ${told}`);
  });
});
