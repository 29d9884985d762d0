import { readPluginRegistrations, selectFiles, type CompileGlob } from './plugin-registrations';

const byPrefix: CompileGlob = (pattern) => (path) => path.startsWith(pattern);
const PATHS = ['apps/a', 'apps/b', 'libs/c'];

function select(include: readonly string[], exclude: readonly string[] = []): readonly string[] {
  return selectFiles(PATHS, { options: {}, include, exclude }, byPrefix);
}

describe('readPluginRegistrations', () => {
  test('finds every entry of this plugin, by name alone or with options', () => {
    const plugins = ['nx-slipway', '@nx/js', { plugin: 'nx-slipway', options: { a: 1 }, exclude: ['x'] }, 7];
    expect(readPluginRegistrations({ plugins })).toEqual([
      { options: undefined, include: [], exclude: [] },
      { options: { a: 1 }, include: [], exclude: ['x'] },
    ]);
  });

  test('finds none in an nx.json without plugins', () => {
    expect(readPluginRegistrations({})).toEqual([]);
    expect(readPluginRegistrations(undefined)).toEqual([]);
  });
});

describe('selectFiles', () => {
  test('takes all, those included, and none of those excluded', () => {
    expect(select([])).toEqual(PATHS);
    expect(select(['apps/'])).toEqual(['apps/a', 'apps/b']);
    expect(select(['apps/'], ['apps/b'])).toEqual(['apps/a']);
  });

  test('lets the last pattern that matches decide', () => {
    expect(select(['apps/', '!apps/a'])).toEqual(['apps/b']);
    expect(select(['!apps/', 'apps/a'])).toEqual(['apps/a', 'libs/c']);
  });
});
