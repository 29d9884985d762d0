import { editLock, RECORDED_LOCK } from '../npm/testing/recorded-lock';
import { listNxDependencyInputs } from './list-nx-dependency-inputs';

function list(files: Readonly<Record<string, string>>, contextRoot = '') {
  const read = (path: string) => files[path];
  return listNxDependencyInputs({ project: { root: 'apps/web' }, contextRoot }, { read });
}

describe('listNxDependencyInputs', () => {
  it('follows the graph by "^", and has packages in place of a lock file that can be pruned', () => {
    const { filesets, externalPackages, runtime } = list({ 'package-lock.json': RECORDED_LOCK });
    expect(filesets).toEqual(
      expect.arrayContaining([
        '{projectRoot}/**/*',
        '^{projectRoot}/**/*',
        '{workspaceRoot}/package.json',
        '{workspaceRoot}/tsconfig*.json',
        '{workspaceRoot}/packages/ui/**/*',
      ]),
    );
    expect(filesets).not.toContain('{workspaceRoot}/package-lock.json');
    expect(externalPackages).toContain('npm:is-odd@3.0.1');
    expect(runtime).toEqual([expect.stringMatching(/^echo [0-9a-f]{24}$/)]);
  });

  it('changes with where packages lie, and not with a package of another project', () => {
    const inputsOf = (lock: string) => list({ 'package-lock.json': lock });
    const before = inputsOf(RECORDED_LOCK);
    expect(inputsOf(editLock({ 'node_modules/left-pad': { version: '2.0.0' } }))).toEqual(before);
    const moved = inputsOf(editLock({ 'node_modules/is-even/node_modules/kind-of': { version: '3.2.2' } }));
    expect(moved.runtime).not.toEqual(before.runtime);
  });

  it('names archives that npm installs from the workspace', () => {
    const archive = { resolved: 'file:vendor/left-pad.tgz' };
    const lock = editLock({ 'node_modules/left-pad': archive });
    expect(list({ 'package-lock.json': lock }).filesets).toContain('{workspaceRoot}/vendor/left-pad.tgz');
  });

  it.each([
    ['another lock file lies beside it', { 'yarn.lock': '' }, ''],
    ['Nx shall not read it', { 'nx.json': '{"pluginsConfig":{"@nx/js":{"analyzeLockfile": false}}}' }, ''],
    ['the build context is not the root', { 'apps/package-lock.json': RECORDED_LOCK }, 'apps'],
    ['it cannot be pruned', { 'package-lock.json': '{"lockfileVersion":1}' }, ''],
  ])('has the lock file as a whole where %s', (_, files, contextRoot) => {
    const { filesets, externalPackages } = list({ 'package-lock.json': RECORDED_LOCK, ...files }, contextRoot);
    expect(filesets).toContain(`{workspaceRoot}/${contextRoot === '' ? '' : `${contextRoot}/`}package-lock.json`);
    expect(externalPackages).toEqual([]);
  });
});
