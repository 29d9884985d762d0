import { listDeployingProjects } from './list-deploying-projects';

const needs: Record<string, string[]> = { app: ['api', 'db'], api: ['db', 'cache'], db: [], cache: [], loop: ['loop'] };

describe('listDeployingProjects', () => {
  it('follows needs of needs, each project once, its own first', () => {
    expect(listDeployingProjects('app', (project) => needs[project])).toEqual(['app', 'api', 'db', 'cache']);
  });

  it('ends where needs form a cycle', () => {
    expect(listDeployingProjects('loop', (project) => needs[project])).toEqual(['loop']);
  });

  it('is empty for a project that deploys nothing', () => {
    expect(listDeployingProjects('library', (project) => needs[project])).toEqual([]);
  });
});
