import { readJson, type NxJsonConfiguration, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import init from './init.impl';

describe('init', () => {
  let tree: Tree;
  const nxJson = (): NxJsonConfiguration => readJson(tree, 'nx.json');
  const snapshot = (): (string | null)[] =>
    ['nx.json', '.gitignore', '.dockerignore'].map((file) => tree.read(file, 'utf-8'));

  beforeEach(() => {
    tree = createTreeWithEmptyWorkspace();
    tree.write('.gitignore', 'node_modules');
  });

  it('adds the plugin, enough parallel tasks, and ignores the outputs', async () => {
    await init(tree, { skipFormat: true });

    expect(nxJson().plugins).toEqual([{ plugin: 'nx-slipway', options: {} }]);
    expect(nxJson().parallel).toBe(8);
    expect(tree.read('.gitignore', 'utf-8')).toBe('node_modules\n/dist/images\n/dist/deploys\n/dist/e2e\n');
    expect(tree.read('.dockerignore', 'utf-8')).toContain('**/node_modules');
  });

  it('changes nothing when it is run again', async () => {
    await init(tree, { skipFormat: true });
    const before = snapshot();
    await init(tree, { skipFormat: true });
    expect(snapshot()).toEqual(before);
  });

  it('keeps what is there', async () => {
    tree.write('nx.json', JSON.stringify({ parallel: 5, plugins: ['nx-slipway', 'other'] }));
    tree.write('.gitignore', '/dist/\n');
    tree.write('.dockerignore', 'docs\n');
    await init(tree, { skipFormat: true });

    expect(nxJson()).toMatchObject({ parallel: 5, plugins: ['nx-slipway', 'other'] });
    expect(tree.read('.gitignore', 'utf-8')).toBe('/dist/\n');
    expect(tree.read('.dockerignore', 'utf-8')).toBe('docs\n');
  });
});
