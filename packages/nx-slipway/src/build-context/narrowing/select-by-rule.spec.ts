import { openGoModuleGraph } from './go/go-module-graph';
import { scanTree } from './go/go-file-scanner';
import { selectByRule } from './select-by-rule';
import { treeOf } from './testing/tree-in-memory';

describe('selectByRule', () => {
  test('nx:dependencies of a project that the graph does not have takes that project’s own folder', () => {
    const tree = treeOf({ 'apps/web/main.js': '', 'apps/api/main.js': '', 'package.json': '{}' });
    const { files } = selectByRule(
      { kind: 'nx-dependencies' },
      {
        tree,
        contextRoot: '',
        project: { name: 'web', root: 'apps/web' },
        projects: () => new Map(),
        go: { scanner: scanTree(tree), graph: openGoModuleGraph() },
        goModuleMode: 'auto',
      },
    );
    expect([...files.keys()].sort()).toEqual(['apps/web/main.js', 'package.json']);
  });
});
