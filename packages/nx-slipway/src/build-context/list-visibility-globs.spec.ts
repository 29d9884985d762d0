import { listVisibilityGlobs } from './list-visibility-globs';

test('names the ignore files of Nx and git in the folders above a build context, and in it', () => {
  const names = '{.nxignore,.ignore,.gitignore}';
  expect(listVisibilityGlobs('apps/[web]')).toEqual([
    `{workspaceRoot}/${names}`,
    `{workspaceRoot}/apps/${names}`,
    `{workspaceRoot}/apps/*/**/${names}`,
  ]);
  expect(listVisibilityGlobs('')).toEqual([`{workspaceRoot}/**/${names}`]);
});
