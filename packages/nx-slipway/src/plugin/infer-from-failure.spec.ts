import { inferFromFailure } from './infer-from-failure';
import { normalizePluginOptions } from './plugin-options';
import { codesOf, workspaceInMemory } from './testing/workspace-in-memory';

it('gives every project with a Dockerfile or manifests targets that report the error', () => {
  const { paths } = workspaceInMemory({
    'web/project.json': {},
    'web/Dockerfile': '',
    'api/package.json': {},
    'api/k8s/a.yaml': '',
    'library/package.json': {},
  });
  const projects = inferFromFailure(new Error('boom'), paths, normalizePluginOptions({}).options);
  expect(projects.map(({ root, name }) => [root, name])).toEqual([
    ['api', ''],
    ['web', ''],
  ]);
  for (const target of projects.flatMap(({ targets }) => Object.values(targets))) {
    expect(codesOf(target)).toEqual(['INTERNAL_UNEXPECTED']);
    expect(JSON.stringify(target.options)).toContain('boom');
  }
  expect(Object.keys(projects[0]?.targets ?? {})).toEqual(['image-build', 'image-load', 'deploy-only', 'e2e']);
});
