import { isRestartable } from './read-restartable-pods';

const madeBy = (kind: string, controller = true) => ({ ownerReferences: [{ kind, name: 'a', uid: 'u', controller }] });

it.each([
  ['a Deployment', madeBy('ReplicaSet'), true],
  ['a StatefulSet', madeBy('StatefulSet'), true],
  ['a DaemonSet', madeBy('DaemonSet'), true],
  ['a Job, which would do its work again', madeBy('Job'), false],
  ['nobody, which would be gone', {}, false],
  ['what is not its controller', madeBy('ReplicaSet', false), false],
])('tells whether another pod comes in the place of one made by %s', (_maker, metadata, restartable) => {
  expect(isRestartable({ metadata })).toBe(restartable);
});
