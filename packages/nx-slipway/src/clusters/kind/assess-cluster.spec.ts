import { assessCluster } from './assess-cluster';
import type { KindState } from './kind-state';
import type { NodeContainer } from './parse-node-listing';

const up: KindState = {
  schemaVersion: 1,
  status: 'up',
  recipe: 'r',
  version: 'v1.34.4',
  nodes: [
    { name: 'a-control-plane', id: '1' },
    { name: 'a-worker', id: '2' },
  ],
};
const node = (id: string, state = 'running'): NodeContainer => ({
  name: id === '1' ? 'a-control-plane' : 'a-worker',
  id,
  state,
  role: id === '1' ? 'control-plane' : 'worker',
});

describe('assessCluster', () => {
  it.each([
    ['nothing is there and nothing remembered', undefined, [], { status: 'absent' }],
    ['all nodes are gone', up, [], { status: 'absent' }],
    ['nothing is remembered of what is there', undefined, [node('1')], { status: 'foreign' }],
    ['others have the names of the nodes', up, [node('8'), node('9')], { status: 'foreign' }],
    ['a creation did not end', { ...up, status: 'creating' as const }, [node('1')], { status: 'half-made' }],
    ['a node is gone', up, [node('1')], { status: 'broken', reason: 'the node a-worker is gone' }],
    [
      'a node was made anew by hand',
      up,
      [node('1'), node('9')],
      { status: 'broken', reason: 'the node a-worker is gone' },
    ],
    [
      'nodes do not run',
      up,
      [node('1', 'exited'), node('2', 'paused')],
      { status: 'stopped', stopped: ['a-control-plane', 'a-worker'] },
    ],
    ['all is well', up, [node('1'), node('2')], { status: 'running' }],
  ])('%s', (_, state, found, expected) => {
    expect(assessCluster(state, found)).toEqual(expected);
  });
});
