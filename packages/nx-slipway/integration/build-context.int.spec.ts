import { createHash, randomUUID } from 'node:crypto';
import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkspaceContext } from 'nx/src/native';
import type { BuildContext } from '../src/build-context/build-context';
import { openFileDigests } from '../src/build-context/file-digests';
import { listInputGlobs } from '../src/build-context/list-input-globs';
import { scanBuildContext } from '../src/build-context/scan-build-context';
import { stageBuildContext } from '../src/build-context/stage-build-context';
import { makeTree, removeTrees, type TreeEntry } from '../src/build-context/testing/temporary-tree';
import { isSlipwayError } from '../src/errors/slipway-error';

/** More by hand: SLIPWAY_TEST_ROUNDS=200 SLIPWAY_TEST_SEED=7. */
const ROUNDS = Number(process.env['SLIPWAY_TEST_ROUNDS'] ?? 10);
const SEED = Number(process.env['SLIPWAY_TEST_SEED'] ?? 1);

const trees: string[] = [];
const images: string[] = [];

jest.setTimeout(60_000 + ROUNDS * 5_000);

afterEach(async () => {
  removeTrees(trees.splice(0));
  const made = images.splice(0);
  if (made.length > 0) await run('podman', ['rmi', '--force', ...made]);
});

function tree(entries: Readonly<Record<string, TreeEntry>>): string {
  const root = makeTree(entries);
  trees.push(root);
  return root;
}

function scan(root: string, contextRoot = '', dockerfile = 'Dockerfile'): Promise<BuildContext> {
  const digests = openFileDigests(join(root, '.nx/digests'), { now: () => 0 });
  return scanBuildContext({ workspaceRoot: root, contextRoot, dockerfile, ownOutputs: [] }, digests);
}

/** Stages beside the tree, with the ignore file for the engine next to it. */
async function stage(context: BuildContext): Promise<{ readonly folder: string; readonly ignoreFile: string }> {
  const parent = mkdtempSync(join(tmpdir(), 'slipway-staged-'));
  trees.push(parent);
  const ignoreFile = join(parent, 'ignore');
  writeFileSync(ignoreFile, context.engineIgnoreText);
  await stageBuildContext(context, join(parent, 'context'));
  return { folder: join(parent, 'context'), ignoreFile };
}

/** Builds with podman and lists files and links of the image as `kind path mode content`. Folders only where something is in them. */
async function buildAndList(folder: string, dockerfile: string, more: readonly string[] = []): Promise<string[]> {
  const image = `localhost/slipway-context-test:${randomUUID()}`;
  await run('podman', ['build', '--quiet', '--no-cache', '--tag', image, '--file', dockerfile, ...more, folder]);
  images.push(image);
  const parent = mkdtempSync(join(tmpdir(), 'slipway-image-'));
  trees.push(parent);
  await run('podman', ['save', '--quiet', '--format', 'oci-dir', '--output', join(parent, 'oci'), image]);
  const manifest = readManifest(join(parent, 'oci'));
  mkdirSync(join(parent, 'root'));
  for (const digest of manifest) {
    await run('tar', ['-C', join(parent, 'root'), '-xf', join(parent, 'oci/blobs/sha256', digest)]);
  }
  return listTree(join(parent, 'root'));
}

/** Rejects with what the command printed. */
function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(command, [...args], (error, stdout, stderr) => (error ? reject(new Error(stdout + stderr)) : resolve()));
  });
}

interface OciLayout {
  readonly manifests?: readonly { readonly digest: string }[];
  readonly layers?: readonly { readonly digest: string }[];
}

function readManifest(layout: string): string[] {
  const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')) as OciLayout;
  const blob = (digest: string) => join(layout, 'blobs/sha256', digest.replace('sha256:', ''));
  const manifest = JSON.parse(readFileSync(blob(index.manifests?.[0]?.digest ?? ''), 'utf8')) as OciLayout;
  return (manifest.layers ?? []).map(({ digest }) => digest.replace('sha256:', ''));
}

function listTree(root: string, folder = ''): string[] {
  return readdirSync(join(root, folder))
    .sort()
    .flatMap((name) => {
      const path = folder === '' ? name : `${folder}/${name}`;
      const stats = lstatSync(join(root, path));
      if (stats.isSymbolicLink()) return [`link ${path} ${readlinkSync(join(root, path))}`];
      if (stats.isDirectory()) {
        const below = listTree(root, path);
        return below.length > 0 ? [`folder ${path}`, ...below] : [];
      }
      const executable = (stats.mode & 0o100) !== 0 ? 'x' : '-';
      return [`file ${path} ${executable} ${digestOf(readFileSync(join(root, path)))}`];
    });
}

function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}

const FILES: Readonly<Record<string, TreeEntry>> = {
  Dockerfile: 'FROM scratch\nCOPY . /\n',
  'a.go': 'a',
  'README.md': 'readme',
  'src/b.go': 'b',
  'src/deep/c.go': 'c',
  'src/deep/d.txt': 'd',
  'src/run.sh': { content: '#!/bin/sh', mode: 0o700 },
  'docs/x.md': 'x',
  'docs/keep/y.md': 'y',
  'docs/keep/z/w.md': 'w',
  'lib/a/modules/one': '1',
  'lib/a/modules/two': '2',
  'lib/a/b/modules/one': '1',
  'link-to-file': { link: 'src/b.go' },
  'link-to-folder': { link: 'src/deep' },
  'src/dangling': { link: 'nowhere' },
  'a b c': 'spaces',
  ' lead': 'space first',
  '-rf': 'dash',
  'new\nline': 'newline',
  'ünï/日本.txt': 'other scripts',
  'a+b/[x].txt': 'special',
  'a.|)$(}+{bc': 'special too',
};

/** What podman 4.3 prints: the process that reads the folder ends with the reason; on a busy machine its parent notices only that it is gone. */
const REFUSED_PATTERN = /syntax error in pattern|error encoding request for copier subprocess: write \|1: broken pipe/;

describe('the staged context and podman', () => {
  test.each<[string, Readonly<Record<string, TreeEntry>>]>([
    ['no ignore file', {}],
    ['plain patterns', { '.dockerignore': 'docs\n*.md\n**/modules\nsrc/*.sh\n# docs/keep\n\n' }],
    ['an ignore file that leaves itself out', { '.dockerignore': '.dockerignore\nDockerfile\nsrc' }],
    ['exceptions below an excluded folder', { '.dockerignore': 'docs\n!docs/keep/z\nsrc\n!src/deep/c.go' }],
    ['only what is listed', { '.dockerignore': '*\n!src\nsrc/deep\n!a.go' }],
    ['everything with globstar, then exceptions', { '.dockerignore': '**\n!src\n!docs/keep\nsrc/**/*.txt' }],
    ['exceptions with wildcards, which podman looks for less than BuildKit', { '.dockerignore': '**\n!**/*.go\n' }],
    ['exceptions with globstar in a folder', { '.dockerignore': 'docs\n!docs/**/w.md' }],
    [
      'globstar and an exception, where podman lets through more',
      { '.dockerignore': '**/modules\n!lib/a/b/modules/none' },
    ],
    ['slashes at both ends', { '.dockerignore': '/docs/\n!/docs/keep\n/src/deep/' }],
    ['white space, CRLF and a BOM', { '.dockerignore': '\uFEFFdocs\r\n  src/deep  \r\n\r\n' }],
    [
      'brackets, question marks and escapes',
      { '.dockerignore': 'src/[bc].go\n?.go\na\\ b*\nlib/[^b]/b\na+b/\\[x].txt' },
    ],
    ['characters of regular expressions', { '.dockerignore': 'a.|)$(}+{bc\na+b' }],
    ['.containerignore before .dockerignore', { '.containerignore': 'docs', '.dockerignore': 'src' }],
    [
      'Dockerfile.dockerignore before both',
      { 'Dockerfile.dockerignore': 'lib', '.containerignore': 'docs', '.dockerignore': 'src' },
    ],
    ['Dockerfile.containerignore', { 'Dockerfile.containerignore': 'lib', '.dockerignore': 'src' }],
  ])('give the image that the whole folder gives: %s', async (_title, more) => {
    const root = tree({ ...FILES, ...more });
    const { folder, ignoreFile } = await stage(await scan(root));
    const whole = await buildAndList(root, join(root, 'Dockerfile')).catch((error: unknown) => error);
    const staged = await buildAndList(folder, join(root, 'Dockerfile'), ['--ignorefile', ignoreFile]);
    // podman 4.3 refuses some patterns that BuildKit takes; then there is nothing to compare with.
    if (Array.isArray(whole)) expect(staged).toEqual(whole);
    else expect(String(whole)).toMatch(REFUSED_PATTERN);
    expect(staged).not.toEqual([]);
  });

  test('give the image that the whole folder gives, for random ignore files', async () => {
    const random = createRandom(SEED);
    const root = tree(FILES);
    for (let round = 0; round < ROUNDS; round++) {
      const ignoreText = randomIgnoreFile(random);
      writeFileSync(join(root, '.dockerignore'), ignoreText);
      const { folder, ignoreFile } = await stage(await scan(root));
      const whole = await buildAndList(root, join(root, 'Dockerfile'));
      const staged = await buildAndList(folder, join(root, 'Dockerfile'), ['--ignorefile', ignoreFile]);
      expect({ ignoreText, files: staged }).toEqual({ ignoreText, files: whole });
    }
  });

  test('a pattern that podman refuses is applied as BuildKit does', async () => {
    const root = tree({ ...FILES, '.dockerignore': 'c++\ndocs' });
    await expect(buildAndList(root, join(root, 'Dockerfile'))).rejects.toThrow(REFUSED_PATTERN);
    const { folder, ignoreFile } = await stage(await scan(root));
    const staged = await buildAndList(folder, join(root, 'Dockerfile'), ['--ignorefile', ignoreFile]);
    expect(staged.join('\n')).not.toContain('docs');
  });

  test('an empty ignore file would not do: podman then applies the staged one again', async () => {
    const root = tree({ Dockerfile: 'FROM scratch\nCOPY . /\n', '.dockerignore': 'b', a: 'a', b: 'b' });
    const list = (ignoreFile: string) => buildAndList(root, join(root, 'Dockerfile'), ['--ignorefile', ignoreFile]);
    const { ignoreFile } = await stage(await scan(root));
    expect((await list('/dev/null')).join('\n')).not.toContain('file b ');
    expect((await list(ignoreFile)).join('\n')).toContain('file b ');
  });

  test('a FIFO and a socket are refused, unless they are ignored', async () => {
    const root = tree({ a: '' });
    const refusal = () => scan(root).catch((error: unknown) => (isSlipwayError(error) ? error.problem : error));
    await run('mkfifo', [join(root, 'pipe')]);
    expect(await refusal()).toMatchObject({
      code: 'CONTEXT_FILE_UNSUPPORTED',
      message: expect.stringContaining('pipe is a FIFO') as string,
    });
    writeFileSync(join(root, '.dockerignore'), 'pipe');
    expect((await scan(root)).entries.map(({ path }) => path)).toEqual(['.dockerignore', 'a']);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, 'sock'), resolve));
    try {
      expect(await refusal()).toMatchObject({ message: expect.stringContaining('sock is a socket') as string });
    } finally {
      server.close();
    }
  });

  test('a disk that is full while staging is reported, and nothing stays', async () => {
    const small = mkdtempSync(join(tmpdir(), 'slipway-small-'));
    trees.push(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'slipway-test', small]);
    try {
      const context = await scan(tree({ big: { content: 'x'.repeat(3_000_000), mode: 0o644 } }));
      const problem = await stageBuildContext(context, join(small, 'staged')).catch((error: unknown) =>
        isSlipwayError(error) ? error.problem : error,
      );
      expect(problem).toMatchObject({ code: 'CONTEXT_NO_SPACE' });
      expect(problem).toMatchObject({ message: expect.stringContaining('3000000 bytes are needed') as string });
      expect(existsSync(join(small, 'staged'))).toBe(false);
    } finally {
      execFileSync('umount', [small]);
    }
  });
});

describe('the staged context and Nx', () => {
  test('nothing is in the context that Nx does not see, links to folders excepted', async () => {
    const root = tree({
      ...FILES,
      'nx.json': '{}',
      '.gitignore': '*.log\ndist/*\nsecret/\n!keep.log',
      '.nxignore': '!dist/keep\nhidden',
      '.ignore': 'by-ignore',
      '.git/info/exclude': 'local.txt',
      'a.log': '',
      'keep.log': '',
      'dist/keep': '',
      'dist/x': '',
      'secret/key': '',
      'Secret/key': '',
      'hidden/x': '',
      'by-ignore': '',
      'lib/local.txt': '',
      'lib/.gitignore': 'gen\n!b.log',
      'lib/gen/x': '',
      'lib/b.log': '',
      'lib/node_modules/x': '',
      'sub/.nxignore': 'n1',
      'sub/n1': '',
    });
    const context = await scan(root);
    const seen = new Set(
      filesThatNxSees(root)
        .allFileData()
        .map(({ file }) => file),
    );
    const staged = context.entries.filter(({ kind, path }) => kind !== 'directory' && path !== 'link-to-folder');
    const unseen = staged.map(({ path }) => path).filter((path) => !seen.has(path));
    expect(unseen.filter((path) => path !== 'src/dangling')).toEqual([]);
    expect([...seen].filter((path) => !context.entries.some((entry) => entry.path === path))).toEqual([]);
  });

  test('the input globs cover every file of the context, for random ignore files', async () => {
    const random = createRandom(SEED);
    // Nx 23 matches a name with a newline with no glob at all, not even `**/*`.
    const files = Object.fromEntries(Object.entries(FILES).filter(([path]) => path !== 'new\nline'));
    const root = tree({ ...files, 'nx.json': '{}', 'app/[id]/(x)/page': '', 'app/[id]/y': '', 'src/Dockerfile': '' });
    for (let round = 0; round < 15 * ROUNDS; round++) {
      const ignoreText = randomIgnoreFile(random);
      const contextRoot = random.pick(['', '', 'src', 'docs', 'app/[id]']);
      const ignoreFile = join(contextRoot, '.dockerignore');
      writeFileSync(join(root, ignoreFile), ignoreText);
      const dockerfile = random.pick(['Dockerfile', 'src/Dockerfile']);
      const context = await scan(root, contextRoot, dockerfile);
      const globs = listInputGlobs({ contextRoot, dockerfile, ignoreText, ignoreFile, ownOutputs: ['dist/images'] });
      const nx = filesThatNxSees(root);
      const seen = new Set(nx.allFileData().map(({ file }) => file));
      const covered = new Set(nx.glob(globs.map((glob) => glob.replace('{workspaceRoot}/', ''))));
      const needed = context.entries
        .filter(({ kind }) => kind !== 'directory')
        .map(({ path }) => join(contextRoot, path))
        .filter((path) => seen.has(path));
      const missing = [...needed, dockerfile, ignoreFile].filter((path) => !covered.has(path));
      rmSync(join(root, ignoreFile));
      expect({ ignoreText, contextRoot, globs, missing }).toEqual({ ignoreText, contextRoot, globs, missing: [] });
    }
  });
});

function filesThatNxSees(root: string): WorkspaceContext {
  const cache = mkdtempSync(join(tmpdir(), 'slipway-nx-'));
  trees.push(cache);
  return new WorkspaceContext(root, cache);
}

interface Random {
  below(limit: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

/** A seeded generator (mulberry32): a failure can be repeated. */
function createRandom(seed: number): Random {
  let state = seed;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) % limit;
  };
  return { below, pick: (items) => items[below(items.length)] as (typeof items)[number] };
}

function randomIgnoreFile(random: Random): string {
  const names = [
    'src',
    'deep',
    'docs',
    'keep',
    'lib',
    'a',
    'b',
    'modules',
    'one',
    '*.go',
    '*.md',
    'a.go',
    'c.go',
    '*',
    '?.go',
    '[a-c]*',
    'z',
  ];
  const segment = () => (random.below(4) === 0 ? '**' : random.pick(names));
  const line = () => {
    const segments = Array.from({ length: 1 + random.below(3) }, segment).join('/');
    return `${random.below(3) === 0 ? '!' : ''}${random.below(6) === 0 ? '/' : ''}${segments}`;
  };
  const lines = Array.from({ length: 1 + random.below(5) }, line);
  return (random.below(3) === 0 ? [random.pick(['*', '**']), ...lines] : lines).join('\n');
}
