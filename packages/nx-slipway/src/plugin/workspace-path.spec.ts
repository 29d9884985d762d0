import { filesetOf, joinWorkspacePath, normalizeWorkspacePath } from './workspace-path';

describe('normalizeWorkspacePath', () => {
  it.each([
    ['', '.'],
    ['.', '.'],
    ['./', '.'],
    ['apps/web/', 'apps/web'],
    ['./apps//web', 'apps/web'],
    ['apps\\web', 'apps/web'],
    ['apps/../web', 'web'],
    ['..dots', '..dots'],
  ])('of %j is %j', (path, normalized) => {
    expect(normalizeWorkspacePath(path)).toBe(normalized);
  });

  it.each(['/etc', '..', '../web', 'a/../../b', 'C:\\web'])('of %j, which leads out, is nothing', (path) => {
    expect(normalizeWorkspacePath(path)).toBeUndefined();
  });
});

it('joins below the root', () => {
  expect(joinWorkspacePath('.', 'Dockerfile')).toBe('Dockerfile');
  expect(joinWorkspacePath('', 'k8s', 'a.yaml')).toBe('k8s/a.yaml');
  expect(joinWorkspacePath('apps/web', 'Dockerfile')).toBe('apps/web/Dockerfile');
});

it('gives filesets that match paths with glob characters', () => {
  expect(filesetOf('apps/[web]/a(1).yaml')).toBe('{workspaceRoot}/apps/?web?/a?1?.yaml');
});
