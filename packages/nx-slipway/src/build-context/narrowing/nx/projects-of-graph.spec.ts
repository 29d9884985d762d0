import { projectsOfGraph } from './projects-of-graph';

it('has the edges between projects, once each, and none to packages or to itself', () => {
  const edge = (source: string, target: string) => ({ source, target, type: 'static' });
  const projects = projectsOfGraph({
    nodes: { web: { data: { root: 'apps/web/' } }, root: { data: { root: '.' } } },
    dependencies: { web: [edge('web', 'root'), edge('web', 'root'), edge('web', 'npm:ms'), edge('web', 'web')] },
  });
  expect(Object.fromEntries(projects)).toEqual({
    web: { root: 'apps/web', dependencies: ['root'] },
    root: { root: '', dependencies: [] },
  });
});
