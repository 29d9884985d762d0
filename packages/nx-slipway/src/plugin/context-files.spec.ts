import { makeTree, removeTrees } from '../build-context/testing/temporary-tree';
import { openContextFiles } from './context-files';

const trees: string[] = [];
afterEach(() => removeTrees(trees.splice(0)));

it.each([
  ['link', true],
  ['file', false],
  ['folder', false],
  ['nothing', false],
  // A COPY pattern may lead on below something that is a file.
  ['file/below', false],
])('%s is a link: %s', (path, expected) => {
  const workspaceRoot = makeTree({ link: { link: 'file' }, file: '', 'folder/a': '' });
  trees.push(workspaceRoot);
  const contexts = openContextFiles({ workspaceRoot, machineStore: `${workspaceRoot}/.nx`, clock: { now: () => 0 } });
  expect(contexts.isLink(path)).toBe(expected);
});
