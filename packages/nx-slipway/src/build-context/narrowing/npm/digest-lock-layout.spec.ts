import { digestLockLayout } from './digest-lock-layout';
import { editLock, RECORDED_LOCK } from './testing/recorded-lock';

describe('digestLockLayout', () => {
  it('stays as it is when packages that are there once are updated, added or removed', () => {
    const updated = editLock({
      'node_modules/left-pad': { version: '2.0.0' },
      'node_modules/new': { version: '1.0.0' },
      'node_modules/fsevents': undefined,
    });
    expect(digestLockLayout(updated)).toBe(digestLockLayout(editLock({ 'node_modules/fsevents': undefined })));
  });

  it.each([
    ['a package moves to the top level', { 'packages/ui/node_modules/is-odd': undefined }],
    ['a package moves below another', { 'apps/web/node_modules/is-even': { version: '1.0.0' } }],
    ['another registry is used', { 'node_modules/ms': { resolved: 'https://registry.example.com/ms-2.1.2.tgz' } }],
    ['npm writes a field that it did not write before', { 'node_modules/ms': { libc: ['musl'] } }],
  ])('changes when %s', (_, changes) => {
    expect(digestLockLayout(editLock(changes))).not.toBe(digestLockLayout(RECORDED_LOCK));
  });
});
