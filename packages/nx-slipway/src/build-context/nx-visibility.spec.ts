import { join } from 'node:path';
import { openNxVisibility } from './nx-visibility';
import { makeTree, removeTrees } from './testing/temporary-tree';

let folder = '';
afterEach(() => removeTrees([folder]));

/** Whether `a.log` is hidden, in a workspace whose user has these files, and where. */
function hides(files: Readonly<Record<string, string>>, xdg?: string): boolean {
  folder = makeTree({ 'shop/a.log': '', 'home/excludes': '*.log\n', ...files });
  const env = { HOME: join(folder, 'home'), ...(xdg === undefined ? {} : { XDG_CONFIG_HOME: join(folder, xdg) }) };
  return openNxVisibility(join(folder, 'shop'), env).hiddenBy('a.log', false) !== undefined;
}

const CONFIGURED = '[core]\n\texcludesFile = ~/excludes\n';

describe('the global excludes of a user', () => {
  it.each<[string, Readonly<Record<string, string>>, string | undefined, boolean]>([
    ['.gitconfig names them', { 'home/.gitconfig': CONFIGURED }, undefined, true],
    ['the configuration in .config names them', { 'home/.config/git/config': CONFIGURED }, undefined, true],
    ['they are in their default place', { 'home/.config/git/ignore': '*.log\n' }, undefined, true],
    ['XDG_CONFIG_HOME has the configuration', { 'xdg/git/config': CONFIGURED }, 'xdg', true],
    ['XDG_CONFIG_HOME has them', { 'xdg/git/ignore': '*.log\n' }, 'xdg', true],
    ['they are in .config, and XDG_CONFIG_HOME is elsewhere', { 'home/.config/git/ignore': '*.log\n' }, 'xdg', false],
    [
      'another section has the key, which Nx takes too',
      { 'home/.gitconfig': '[a]\nexcludesfile = ~/excludes\n' },
      undefined,
      true,
    ],
  ])('%s', (_, files, xdg, expected) => {
    expect(hides(files, xdg)).toBe(expected);
  });
});
