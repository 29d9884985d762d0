import type { NpmLock } from './npm-lock';
import { prunePackageLock, type PrunedLock } from './prune-npm-lock';
import { editLock, RECORDED_LOCK } from './testing/recorded-lock';

function prune(folders: readonly string[], text = RECORDED_LOCK): PrunedLock {
  const pruned = prunePackageLock(text, folders);
  if (pruned.status !== 'pruned') throw new Error(pruned.reason);
  return pruned;
}

function packagesOf({ text }: PrunedLock): NpmLock['packages'] {
  return (JSON.parse(text) as NpmLock).packages;
}

const WITHOUT_WORKSPACES = ['', 'node_modules/ms'];

describe('prunePackageLock', () => {
  it('keeps what a workspace uses, by way of the workspaces that it links', () => {
    const pruned = prune(['apps/web']);
    expect(Object.keys(packagesOf(pruned))).toEqual([
      '',
      'apps/web',
      'apps/web/node_modules/debug',
      'apps/web/node_modules/ms',
      'node_modules/acorn',
      'node_modules/acorn-jsx',
      'node_modules/fsevents',
      'node_modules/is-buffer',
      'node_modules/is-even',
      'node_modules/is-even/node_modules/is-number',
      'node_modules/is-even/node_modules/is-odd',
      'node_modules/kind-of',
      'node_modules/ms',
      'node_modules/ui',
      'node_modules/web',
      'packages/ui',
      'packages/ui/node_modules/is-number',
      'packages/ui/node_modules/is-odd',
    ]);
    expect(pruned.linkedFolders).toEqual(['apps/web', 'packages/ui']);
  });

  it('keeps what the root declares, and ignores folders that are no workspaces', () => {
    expect(Object.keys(packagesOf(prune([])))).toEqual(WITHOUT_WORKSPACES);
    expect(Object.keys(packagesOf(prune(['tools', '', 'node_modules/is-odd'])))).toEqual(WITHOUT_WORKSPACES);
  });

  it('says of each package what npm says of it, where all workspaces are kept', () => {
    const before = (JSON.parse(RECORDED_LOCK) as NpmLock).packages;
    const after = packagesOf(prune(['apps/web', 'apps/other', 'packages/ui']));
    const withoutLicense = Object.entries(before).map(([location, entry]) => [
      location,
      { ...entry, license: undefined },
    ]);
    expect(after).toEqual(Object.fromEntries(withoutLicense));
  });

  it('computes anew what is a development dependency: other projects decided it before', () => {
    expect((JSON.parse(RECORDED_LOCK) as NpmLock).packages['node_modules/ms']).not.toHaveProperty('dev');
    expect(packagesOf(prune(['apps/web']))['node_modules/ms']).toHaveProperty('dev', true);
    expect(packagesOf(prune(['apps/other']))['node_modules/ms']).not.toHaveProperty('dev');
  });

  it('gives the same bytes when only packages of other projects, remarks or the order of entries change', () => {
    const before = prune(['apps/web']).text;
    const updated = editLock({
      'apps/other': { dependencies: { 'left-pad': '1.4.0' } },
      'node_modules/left-pad': { version: '1.4.0', integrity: 'sha512-new' },
      'node_modules/debug': undefined,
      'node_modules/is-even': { funding: 'https://example.com', deprecated: 'no longer maintained', license: 'ISC' },
      'node_modules/new': { version: '1.0.0' },
    });
    expect(prune(['apps/web'], updated).text).toBe(before);
    const { packages, ...rest } = JSON.parse(RECORDED_LOCK) as NpmLock;
    const reversed = JSON.stringify({ packages: Object.fromEntries(Object.entries(packages).reverse()), ...rest });
    expect(prune(['apps/web'], reversed).text).toBe(before);
  });

  it.each([
    ['that is used', 'node_modules/is-even'],
    ['that one of these uses', 'node_modules/is-buffer'],
    ['of a linked workspace', 'packages/ui/node_modules/is-number'],
    ['that is an optional dependency', 'node_modules/fsevents'],
    ['that is a peer', 'node_modules/acorn'],
    ['of the root', 'node_modules/ms'],
  ])('changes with a package %s', (_, location) => {
    const updated = editLock({ [location]: { version: '99.0.0' } });
    expect(prune(['apps/web'], updated).text).not.toBe(prune(['apps/web']).text);
  });

  it('keeps what is bundled in a package or comes with its shrinkwrap', () => {
    const bundling = editLock({
      'node_modules/is-even/node_modules/bundled': { version: '1.0.0', inBundle: true },
      'node_modules/is-even/node_modules/bundled/node_modules/deep': { version: '1.0.0', inBundle: true },
      'node_modules/left-pad/node_modules/unused': { version: '1.0.0', inBundle: true },
      'node_modules/kind-of': { hasShrinkwrap: true },
      'node_modules/kind-of/node_modules/locked': { version: '1.0.0' },
    });
    const added = prune(['apps/web'], bundling).used.filter((location) => !prune(['apps/web']).used.includes(location));
    expect(added).toEqual([
      'node_modules/is-even/node_modules/bundled',
      'node_modules/is-even/node_modules/bundled/node_modules/deep',
      'node_modules/kind-of/node_modules/locked',
    ]);
  });

  it('names archives of the workspace that are installed', () => {
    const archive = editLock({ 'node_modules/is-even': { resolved: 'file:vendor/is-even-1.0.0.tgz' } });
    expect(prune(['apps/web'], archive).archives).toEqual(['vendor/is-even-1.0.0.tgz']);
    expect(prune(['apps/other'], archive).archives).toEqual([]);
  });

  it('survives dependencies in a circle', () => {
    const circle = editLock({ 'packages/ui': { dependencies: { web: '*' } } });
    expect(prune(['packages/ui'], circle).linkedFolders).toEqual(['apps/web', 'packages/ui']);
  });

  it.each([
    ['{', 'it is not JSON'],
    ['{"packages":{}}', 'it states no lockfileVersion'],
    ['{"lockfileVersion":1}', 'its lockfileVersion is 1, and only 2 and 3 are understood'],
    ['{"lockfileVersion":3,"packages":{"":{"dependencies":[]}}}', 'its "packages" are not as npm writes them'],
  ])('does not prune %s', (text, reason) => {
    expect(prunePackageLock(text, [])).toEqual({ status: 'not-pruned', reason });
  });
});
