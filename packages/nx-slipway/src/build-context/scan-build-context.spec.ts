import { chmodSync, cpSync, lutimesSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSlipwayError } from '../errors/slipway-error';
import { LET_EVERYTHING_THROUGH } from './build-context';
import { computeContentKey } from './compute-content-key';
import { openFileDigests } from './file-digests';
import type { ContextRequest } from './filtered-tree';
import { scanBuildContext } from './scan-build-context';
import { makeTree, removeTrees, type TreeEntry } from './testing/temporary-tree';

const trees: string[] = [];
afterEach(() => removeTrees(trees.splice(0)));

function tree(entries: Readonly<Record<string, TreeEntry>>): string {
  const root = makeTree(entries);
  trees.push(root);
  return root;
}

function scan(workspaceRoot: string, request: Partial<ContextRequest> = {}) {
  const digests = openFileDigests(join(workspaceRoot, '.nx/digests'), { now: () => 0 });
  return scanBuildContext(
    { workspaceRoot, contextRoot: '', dockerfile: 'Dockerfile', ownOutputs: ['dist/images'], ...request },
    digests,
  );
}

async function pathsOf(workspaceRoot: string, request: Partial<ContextRequest> = {}): Promise<string[]> {
  const { entries } = await scan(workspaceRoot, request);
  return entries.map(({ path }) => path);
}

async function problemOf(scanning: Promise<unknown>) {
  try {
    await scanning;
  } catch (error) {
    if (isSlipwayError(error)) return error.problem;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('scanBuildContext', () => {
  test('lists files, links and their folders, sorted, with content and executable bit', async () => {
    const root = tree({
      'b/run.sh': { content: 'hi', mode: 0o750 },
      'a.txt': { content: '', mode: 0o666 },
      'b/link': { link: '../a.txt' },
    });
    mkdirSync(join(root, 'empty/below'), { recursive: true });
    const context = await scan(root);
    expect(context.entries.map((entry) => ({ ...entry, origin: undefined }))).toEqual([
      {
        path: 'a.txt',
        kind: 'file',
        executable: false,
        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        bytes: 0,
      },
      { path: 'b', kind: 'directory', executable: false, bytes: 0 },
      { path: 'b/link', kind: 'link', executable: false, linkTarget: '../a.txt', bytes: 0 },
      {
        path: 'b/run.sh',
        kind: 'file',
        executable: true,
        sha256: '8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4',
        bytes: 2,
      },
    ]);
    expect(context).toMatchObject({ root, files: 2, bytes: 2, widened: [], engineIgnoreText: LET_EVERYTHING_THROUGH });
  });

  test('applies the ignore file, exceptions below an excluded folder included', async () => {
    const root = tree({
      '.dockerignore': 'docs\n!docs/keep/this.md\n*.log',
      'docs/a.md': '',
      'docs/keep/this.md': '',
      'docs/keep/other.md': '',
      'x.log': '',
      'src/x.log': '',
    });
    expect(await pathsOf(root)).toEqual([
      '.dockerignore',
      'docs',
      'docs/keep',
      'docs/keep/this.md',
      'src',
      'src/x.log',
    ]);
  });

  test.each([
    [['app/Dockerfile.dockerignore', 'app/Dockerfile.containerignore', '.containerignore', '.dockerignore']],
    [['app/Dockerfile.containerignore', '.containerignore', '.dockerignore']],
    [['.containerignore', '.dockerignore']],
    [['.dockerignore']],
  ])('of %j the first counts', async (names) => {
    const root = tree({ 'app/Dockerfile': '', ...Object.fromEntries(names.map((name) => [name, name])) });
    expect((await scan(root, { dockerfile: 'app/Dockerfile' })).ignoreFile).toBe(names[0]);
  });

  test('patterns are relative to the root of the build context, wherever the ignore file is', async () => {
    const root = tree({ 'app/.dockerignore': 'tmp', 'app/tmp/x': '', 'app/a': '', 'other/b': '' });
    const context = await scan(root, { contextRoot: 'app', dockerfile: 'app/Dockerfile' });
    expect(context.entries.map(({ path }) => path)).toEqual(['.dockerignore', 'a']);
    expect(context.ignoreFile).toBe('app/.dockerignore');
    expect(context.root).toBe(join(root, 'app'));
  });

  test('leaves out what Nx does not see', async () => {
    const root = tree({
      '.gitignore': '*.log\n/dist/*\nsecret/',
      'a.log': '',
      'dist/x': '',
      'dist/keep': '',
      '.nxignore': '!dist/keep\nhidden',
      'lib/.gitignore': 'gen\n!a.log',
      'lib/gen/x': '',
      'lib/a.log': '',
      'lib/b': '',
      'secret/key': '',
      'Secret/key': '',
      'hidden/x': '',
      '.git/info/exclude': 'local.txt',
      'lib/local.txt': '',
    });
    expect(await pathsOf(root)).toEqual([
      '.gitignore',
      '.nxignore',
      'Secret',
      'Secret/key',
      'dist',
      'dist/keep',
      'lib',
      'lib/.gitignore',
      'lib/a.log',
      'lib/b',
    ]);
  });

  test('is empty where its root is git-ignored, and says why', async () => {
    const root = tree({ '.gitignore': 'gen', 'gen/app/a': '' });
    const context = await scan(root, { contextRoot: 'gen/app' });
    expect(context.entries).toEqual([]);
    expect(context.leftOut).toEqual([{ path: '', reason: 'ignored by .gitignore', hiddenBy: '.gitignore' }]);
  });

  test('never takes .git, .nx, node_modules and own outputs, and says so once where the ignore file would', async () => {
    const root = tree({
      '.git/HEAD': '',
      'lib/.git': 'gitdir: elsewhere',
      'lib/a': '',
      'node_modules/a/b': '',
      'lib/node_modules/a': '',
      'dist/images/web/image.json': '',
      'dist/web/index.js': '',
    });
    const context = await scan(root);
    expect(context.entries.map(({ path }) => path)).toEqual(['dist', 'dist/web', 'dist/web/index.js', 'lib', 'lib/a']);
    expect(context.notices).toMatchObject([{ code: 'CONTEXT_LEFT_OUT', severity: 'notice' }]);
    expect(context.notices[0]?.message).toContain('.git, dist/images, lib/.git and 2 more');
  });

  test('names the file of git that hides a file', async () => {
    const [notice] = (await scan(tree({ '.gitignore': '*.log', 'a.log': '', b: '' }))).notices;
    expect(notice?.message).toContain('a.log (ignored by .gitignore)');
    expect(notice?.hint).toContain('take it out of .gitignore');
  });

  test('says nothing where the ignore file leaves them out already', async () => {
    const root = tree({
      '.dockerignore': '.git\n**/node_modules',
      '.git/HEAD': '',
      'lib/node_modules/a': '',
      'lib/b': '',
    });
    expect((await scan(root)).notices).toEqual([]);
  });

  test('says which folders without files are left out, though engines would copy them', async () => {
    const root = tree({ '.dockerignore': '**/*.md', 'docs/a.md': '', b: '' });
    const { entries, notices } = await scan(root);
    expect(entries.map(({ path }) => path)).toEqual(['.dockerignore', 'b']);
    expect(notices).toMatchObject([{ code: 'CONTEXT_FOLDERS_EMPTY', severity: 'notice' }]);
    expect(notices[0]?.message).toContain('no file is in them: docs.');
  });

  test('takes what either podman or BuildKit lets through, warns, and hands the rules on to the engine', async () => {
    const root = tree({ '.dockerignore': '**\n!**/*.go\n', 'a.go': '', 'src/b.go': '', 'src/c': '' });
    const context = await scan(root);
    expect(context.entries.map(({ path }) => path)).toEqual(['a.go', 'src', 'src/b.go']);
    expect(context.engineIgnoreText).toBe('**\n!**/*.go\n');
    expect(context.notices).toMatchObject([{ code: 'CONTEXT_IGNORE_AMBIGUOUS' }]);
    expect(context.widened).toEqual([
      { line: null, reason: 'podman and BuildKit do not agree whether .dockerignore lets src/b.go through' },
    ]);
  });

  test('remembers why something was left out', async () => {
    const root = tree({
      '.dockerignore': '# rules\ndocs',
      'docs/a': '',
      '.gitignore': 'tmp',
      'tmp/x': '',
      '.nx/x': '',
    });
    expect((await scan(root)).leftOut).toEqual([
      { path: '.nx', reason: 'never part of a build context' },
      { path: 'docs', reason: 'excluded by .dockerignore line 2', ignoreLine: 2 },
      { path: 'tmp', reason: 'ignored by .gitignore', hiddenBy: '.gitignore' },
    ]);
  });

  test('takes names with spaces, newlines, dashes and other scripts as they are', async () => {
    const names = ['-rf', ' lead', 'a b', 'new\nline', 'ünï/日本.txt', '"quoted"', '[x]', '*'];
    const root = tree(Object.fromEntries(names.map((name) => [name, name])));
    expect(new Set(await pathsOf(root))).toEqual(new Set([...names, 'ünï']));
  });

  test.each(['../x', '/etc/hosts', 'lib/../../x'])('refuses a link to %s', async (target) => {
    const problem = await problemOf(scan(tree({ 'a/x': '', link: { link: target } })));
    expect(problem).toMatchObject({ code: 'CONTEXT_LINK_LEAVES' });
    expect(problem.message).toContain(`link is a link to ${target}`);
  });

  test('takes links that stay inside, dangling ones and loops too, and asks nothing of ignored ones', async () => {
    const root = tree({
      '.dockerignore': 'out',
      'a/up': { link: '../b' },
      loop: { link: 'loop' },
      out: { link: '/etc' },
      b: '',
    });
    expect(await pathsOf(root)).toEqual(['.dockerignore', 'a', 'a/up', 'b', 'loop']);
  });

  test('refuses a name that is not UTF-8', async () => {
    const root = tree({ a: '' });
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x62, 0xff])]), '');
    expect(await problemOf(scan(root))).toMatchObject({ code: 'CONTEXT_FILE_UNSUPPORTED' });
  });

  test('refuses an ignore file with a bad pattern, or that is a folder', async () => {
    expect(await problemOf(scan(tree({ '.dockerignore': 'a\n[' })))).toMatchObject({ code: 'CONTEXT_IGNORE_INVALID' });
    expect(await problemOf(scan(tree({ '.dockerignore/x': '' })))).toMatchObject({ code: 'CONTEXT_FILE_UNREADABLE' });
  });

  test('refuses a root that is not there, or is a file', async () => {
    const root = tree({ file: '' });
    for (const contextRoot of ['none', 'file']) {
      expect(await problemOf(scan(root, { contextRoot }))).toMatchObject({ code: 'CONTEXT_ROOT_MISSING' });
    }
  });

  test.each([
    ['the root', { link: { link: 'real' } }, 'link', 'real'],
    ['a folder above the root', { link: { link: '.' } }, 'link/real', 'real'],
    ['the ignore file', { 'real/.dockerignore': { link: '../b' }, b: '' }, 'real', 'b'],
  ] as const)('refuses it where %s is a link, which Nx does not follow', async (_, entries, contextRoot, real) => {
    const problem = await problemOf(scan(tree({ 'real/a': '', ...entries }), { contextRoot }));
    expect(problem).toMatchObject({ code: 'CONTEXT_ROOT_LINKED' });
    expect(problem.hint.endsWith(`: ${real}`)).toBe(true);
  });

  test('gives two checkouts that differ in path, modes and times the same key', async () => {
    const one = tree({ 'src/a.go': 'package a', run: { content: '#!', mode: 0o755 }, 'src/l': { link: 'a.go' } });
    const other = `${one}-with another path`;
    trees.push(other);
    cpSync(one, other, { recursive: true, verbatimSymlinks: true });
    chmodSync(join(other, 'src'), 0o700);
    chmodSync(join(other, 'src/a.go'), 0o600);
    chmodSync(join(other, 'run'), 0o700);
    for (const path of ['run', 'src/a.go', 'src/l', 'src']) lutimesSync(join(other, path), 1_000, 1_000);
    const keyOf = async (root: string) =>
      computeContentKey({
        platform: 'linux/amd64',
        targetStage: null,
        dockerfileSha256: '0'.repeat(64),
        buildArgs: {},
        bases: [],
        entries: (await scan(root)).entries,
      });
    expect(await keyOf(other)).toBe(await keyOf(one));
    chmodSync(join(other, 'src/a.go'), 0o700);
    expect(await keyOf(other)).not.toBe(await keyOf(one));
  });

  test('does not change what it scans', async () => {
    const root = tree({ a: '' });
    await scan(root);
    expect(readdirSync(root)).toEqual(['a']);
    rmSync(root, { recursive: true });
  });
});
