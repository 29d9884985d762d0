import { INFERENCE_GLOB } from '../../plugin/inference-glob';
import { compileFileGlob } from './compile-file-glob';

describe('compileFileGlob', () => {
  test.each([
    ['**/Dockerfile', 'Dockerfile', true],
    ['**/Dockerfile', 'apps/web/Dockerfile', true],
    ['**/Dockerfile', 'apps/web/MyDockerfile', false],
    ['**/k8s/*.yaml', 'apps/k8s/a.yaml', true],
    ['**/k8s/*.yaml', 'apps/k8s/deep/a.yaml', false],
    ['**/k8s/*.yaml', 'apps/k8s/aXyaml', false],
    ['{**/Dockerfile.*,nx.json}', '.hidden/Dockerfile.dev', true],
    ['{**/Dockerfile.*,nx.json}', 'nx.json', true],
    ['{**/Dockerfile.*,nx.json}', 'apps/nx.json', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
  ])('%s and %s: %s', (glob, path, expected) => {
    expect(compileFileGlob(glob)(path)).toBe(expected);
  });

  test('takes the glob of the plugin, and refuses what it does not know', () => {
    expect(compileFileGlob(INFERENCE_GLOB)('apps/web/project.json')).toBe(true);
    expect(() => compileFileGlob('[ab]')).toThrow('not a plain glob');
  });
});
