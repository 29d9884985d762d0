import { listVisibilityGlobs } from './list-visibility-globs';

test('names the ignore files of Nx and git in the folders above a build context, and in it', () => {
  expect(listVisibilityGlobs('apps/[web]')).toEqual([
    '{workspaceRoot}/.nxignore',
    '{workspaceRoot}/.ignore',
    '{workspaceRoot}/.gitignore',
    '{workspaceRoot}/apps/.nxignore',
    '{workspaceRoot}/apps/.ignore',
    '{workspaceRoot}/apps/.gitignore',
    '{workspaceRoot}/apps/*/**/.nxignore',
    '{workspaceRoot}/apps/*/**/.ignore',
    '{workspaceRoot}/apps/*/**/.gitignore',
  ]);
  expect(listVisibilityGlobs('')).toEqual([
    '{workspaceRoot}/**/.nxignore',
    '{workspaceRoot}/**/.ignore',
    '{workspaceRoot}/**/.gitignore',
  ]);
});
