import { listInputGlobs, MAX_INPUT_GLOBS, type InputGlobRequest } from './list-input-globs';

const ALWAYS = ['Dockerfile', 'Dockerfile.{containerignore,dockerignore}', '.{containerignore,dockerignore}'];

/** The globs without those of the Dockerfile and the ignore files, which are always there. */
function globs(ignoreText: string | null, request: Partial<InputGlobRequest> = {}): string[] {
  const all = listInputGlobs({
    contextRoot: '',
    dockerfile: 'Dockerfile',
    ignoreText,
    ignoreFile: ignoreText === null ? null : '.dockerignore',
    ownOutputs: [],
    ...request,
  });
  const always = ALWAYS.map((path) => `{workspaceRoot}/${path}`);
  return all.filter((glob) => !always.includes(glob));
}

describe('listInputGlobs', () => {
  test('without an ignore file everything below the root counts, own outputs excepted', () => {
    expect(globs(null, { ownOutputs: ['dist/images'] })).toEqual([
      '{workspaceRoot}/**/*',
      '!{workspaceRoot}/dist/images/**/*',
    ]);
  });

  test('names the Dockerfile and every ignore file that may come to count, wherever they are', () => {
    const all = listInputGlobs({
      contextRoot: 'app',
      dockerfile: 'docker/web.Dockerfile',
      ignoreText: '*',
      ignoreFile: 'app/.dockerignore',
      ownOutputs: [],
    });
    expect(all).toEqual([
      '{workspaceRoot}/docker/web.Dockerfile',
      '{workspaceRoot}/docker/web.Dockerfile.{containerignore,dockerignore}',
      '{workspaceRoot}/app/.{containerignore,dockerignore}',
    ]);
  });

  test.each([
    ['vendor', ['{workspaceRoot}/**/*', '!{workspaceRoot}/vendor', '!{workspaceRoot}/vendor/**/*']],
    ['/a/**/b*/', ['{workspaceRoot}/**/*', '!{workspaceRoot}/a/**/b*', '!{workspaceRoot}/a/**/b*/**/*']],
    ['tmp/**', ['{workspaceRoot}/**/*', '!{workspaceRoot}/tmp/**/*']],
    [
      '**\n!src\nsrc/gen',
      ['{workspaceRoot}/src', '{workspaceRoot}/src/**/*', '!{workspaceRoot}/src/gen', '!{workspaceRoot}/src/gen/**/*'],
    ],
    ['*\n!**/*.go', ['{workspaceRoot}/**/*.go', '{workspaceRoot}/**/*.go/**/*']],
  ])('%j', (text, expected) => {
    expect(globs(text)).toEqual(expected);
  });

  test.each([
    ['an exception reaches below it', 'docs\n!docs/keep'],
    ['an exception with a wildcard may reach below it', 'docs\n!**/keep'],
    ['BuildKit forgets it below a folder that is ignored already', 'lib\n!lib/**\nlib'],
    ['podman may look below it', '!a/b/deep/docs/keep\n**/deep/docs'],
    ['Nx would read its characters differently', 'docs[1]\na?b\n{x}\n!(y)\na\\*'],
    ['it matches the Dockerfile', '**/Dockerfile*'],
    ['it matches the ignore file', '.*ignore'],
  ])('leaves a pattern out of the globs where %s', (_title, text) => {
    expect(globs(text)).toEqual(['{workspaceRoot}/**/*']);
  });

  test('keeps a pattern that comes after the exception', () => {
    expect(globs('docs\n!docs/keep\ndocs/keep/tmp')).toEqual([
      '{workspaceRoot}/**/*',
      '!{workspaceRoot}/docs/keep/tmp',
      '!{workspaceRoot}/docs/keep/tmp/**/*',
    ]);
  });

  test('widens names that mean something to Nx', () => {
    expect(globs(null, { contextRoot: 'apps/[id]/(web)' })).toContain('{workspaceRoot}/apps/*/*/**/*');
    expect(globs('tmp', { contextRoot: 'apps/[id]' })).not.toContain('!{workspaceRoot}/apps/*/tmp');
  });

  test('an ignore file that cannot be read as one excludes nothing', () => {
    expect(globs('docs\n[')).toEqual(['{workspaceRoot}/**/*']);
  });

  test('never gives more globs than a target bears, and none twice', () => {
    const lines = Array.from({ length: 500 }, (_, index) => `folder${index}`);
    const all = globs([...lines, ...lines].join('\n'));
    expect(all.length).toBeLessThanOrEqual(MAX_INPUT_GLOBS);
    expect(all[0]).toBe('{workspaceRoot}/**/*');
    const whitelist = globs(['*', ...lines.map((line) => `!${line}`)].join('\n'));
    expect(whitelist).toEqual(['{workspaceRoot}/**/*']);
  });

  test.each([
    ['src', ['{workspaceRoot}/src', '{workspaceRoot}/src/**/*']],
    ['src/*.go', ['{workspaceRoot}/src/*.go', '{workspaceRoot}/src/*.go/**/*']],
    ['a/**/b.txt', ['{workspaceRoot}/a', '{workspaceRoot}/a/**/*']],
    ['**', ['{workspaceRoot}/**/*']],
    ['pages/[id]', ['{workspaceRoot}/pages/*', '{workspaceRoot}/pages/*/**/*']],
  ])('a build that reads %s', (source, expected) => {
    expect(globs(null, { reads: [{ kind: 'source', source }] })).toEqual(expected);
  });

  test('leaves out what the build reads nothing of, unless the target has more inputs of that build context', () => {
    const reads = [{ kind: 'source' as const, source: 'src' }];
    const request = { reads, ownOutputs: ['dist/images'] };
    const src = ['{workspaceRoot}/src', '{workspaceRoot}/src/**/*'];
    const inSrc = ['!{workspaceRoot}/src/gen', '!{workspaceRoot}/src/gen/**/*'];
    const anywhere = ['!{workspaceRoot}/**/*.tmp', '!{workspaceRoot}/**/*.tmp/**/*'];
    expect(globs('docs\nsrc/gen\n**/*.tmp', request)).toEqual([...src, ...inSrc, ...anywhere]);
    expect(globs('docs\nsrc/gen\n**/*.tmp', { ...request, hasMoreInputs: true })).toEqual([
      ...src,
      ...['dist/images/**/*', 'docs', 'docs/**/*'].map((path) => `!{workspaceRoot}/${path}`),
      ...inSrc,
      ...anywhere,
    ]);
  });
});
