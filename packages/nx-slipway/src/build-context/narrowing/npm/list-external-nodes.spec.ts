import { listExternalNodes } from './list-external-nodes';
import { editLock, RECORDED_LOCK } from './testing/recorded-lock';

describe('listExternalNodes', () => {
  it('names what is declared as Nx 23.2 does, by version where another one is at the top level', () => {
    expect(listExternalNodes(RECORDED_LOCK, ['apps/web'])).toEqual([
      'npm:acorn-jsx',
      'npm:debug@2.6.9',
      'npm:fsevents',
      'npm:is-even',
      'npm:is-number@3.0.0',
      'npm:is-number@6.0.0',
      'npm:is-odd@0.1.2',
      'npm:is-odd@3.0.1',
      'npm:ms',
      'npm:ms@2.0.0',
    ]);
  });

  it('names aliases and archives as Nx does, and nothing that is bundled or a link', () => {
    const lock = editLock({
      'apps/web/node_modules/debug': { name: 'my-debug', dependencies: { inner: '1', ms: '2' } },
      'apps/web/node_modules/ms': { resolved: 'file:vendor/ms.tgz' },
      'apps/web/node_modules/debug/node_modules/inner': { version: '1.0.0', inBundle: true },
    });
    const names = listExternalNodes(lock, ['apps/web']);
    expect(names).toEqual(expect.arrayContaining(['npm:debug@npm:my-debug@2.6.9', 'npm:ms@file:vendor/ms.tgz']));
    expect(names.filter((name) => /inner|npm:ui|npm:web/.test(name))).toEqual([]);
  });
});
