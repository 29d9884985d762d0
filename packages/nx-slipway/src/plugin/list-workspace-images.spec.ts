import { listWorkspaceImages } from './list-workspace-images';

it('lists each image-build target with its image, sorted', () => {
  const projects = {
    web: {
      root: 'apps/web',
      targets: {
        'image-build-debug': { executor: 'nx-slipway:image-build', options: { image: 'web-debug' } },
        'image-build': {
          executor: 'nx-slipway:image-build',
          options: { image: 'web' },
          configurations: { coverage: { buildArgs: { FLAGS: '-cover' } } },
        },
        'deploy-only': { executor: 'nx-slipway:deploy-only' },
      },
    },
    '@acme/Api': { root: 'api', targets: { 'image-build': { executor: 'nx-slipway:image-build' } } },
    broken: { root: 'broken', targets: { 'image-build': { executor: 'nx-slipway:report-problem' } } },
    library: { root: 'library' },
  };
  expect(listWorkspaceImages(projects)).toEqual([
    { image: 'acme/api', project: '@acme/Api', target: 'image-build', projectRoot: 'api', options: {} },
    {
      image: 'web',
      project: 'web',
      target: 'image-build',
      projectRoot: 'apps/web',
      options: { image: 'web' },
      configurations: { coverage: { buildArgs: { FLAGS: '-cover' } } },
    },
    {
      image: 'web-debug',
      project: 'web',
      target: 'image-build-debug',
      projectRoot: 'apps/web',
      options: { image: 'web-debug' },
    },
  ]);
});
