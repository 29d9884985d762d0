import type { ProjectGraph } from '@nx/devkit';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { NpmLock } from '../src/build-context/narrowing/npm/npm-lock';
import { listNxDependencyInputs } from '../src/build-context/narrowing/nx/list-nx-dependency-inputs';
import { projectsOfGraph } from '../src/build-context/narrowing/nx/projects-of-graph';
import { selectNxDependencies } from '../src/build-context/narrowing/nx/select-nx-dependencies';
import type { ContextTree, ContextTreeEntry } from '../src/build-context/narrowing/rule-selection';
import { NpmWorkspace } from './npm-workspace';

/** Another Nx can be tried by hand. */
const NX_FOLDER = process.env['TEST_NX_FOLDER'] ?? join(__dirname, '..', '..', '..', 'node_modules', 'nx');
const SCRIPTS = join(__dirname, 'nx-dependencies');
const WEB = { name: 'web', root: 'apps/web' };

const FILES = {
  'nx.json': { analytics: false, plugins: ['./image-plugin.cjs'] },
  '.gitignore': 'node_modules\n.nx\ntmp\n',
  'package.json': {
    name: 'root',
    private: true,
    workspaces: ['packages/*', 'apps/*'],
    devDependencies: { ms: '2.1.2' },
  },
  'apps/web/package.json': {
    name: 'web',
    version: '1.0.0',
    dependencies: { ui: '*', 'is-even': '1.0.0', debug: '2.6.9' },
    nx: { implicitDependencies: ['theme'] },
  },
  'tsconfig.json': {},
  'apps/web/src/main.js': '1',
  'packages/ui/package.json': {
    name: 'ui',
    version: '1.0.0',
    dependencies: { 'is-odd': '3.0.1', 'other-number': 'npm:is-number@7.0.0' },
    peerDependencies: { 'acorn-jsx': '5.3.2' },
    optionalDependencies: { fsevents: '2.3.2' },
  },
  'packages/ui/src/index.js': '1',
  'libs/theme/project.json': { name: 'theme' },
  'libs/theme/theme.css': '1',
  'apps/other/package.json': {
    name: 'other',
    version: '1.0.0',
    dependencies: { 'is-odd': '2.0.0', 'left-pad': '1.2.0', debug: '4.3.4' },
  },
  'apps/other/src/main.js': '1',
};

/** What decides whether the image of `web` is built again. */
interface Identity {
  readonly key: string;
  readonly hash: string;
}

let workspace: NpmWorkspace;
let before: Identity;

function treeOnDisk(root: string): ContextTree {
  const hidden = ['node_modules', '.nx', '.git', 'tmp'];
  const reading = <Result>(read: () => Result, otherwise: Result): Result => {
    try {
      return read();
    } catch {
      return otherwise;
    }
  };
  return {
    read: (path) => reading(() => readFileSync(join(root, path), 'utf8'), undefined),
    list: (folder) =>
      reading(() => readdirSync(join(root, folder), { withFileTypes: true }), [])
        .filter(({ name }) => !hidden.includes(name))
        .map((entry): ContextTreeEntry => ({ name: entry.name, kind: entry.isDirectory() ? 'directory' : 'file' }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

async function identify(): Promise<Identity> {
  const tree = treeOnDisk(workspace.root);
  const { filesets, externalPackages, runtime } = listNxDependencyInputs({ project: WEB, contextRoot: '' }, tree);
  const inputs = [
    { externalDependencies: externalPackages },
    ...filesets,
    ...runtime.map((command) => ({ runtime: command })),
  ];
  await workspace.write({ 'tmp/inputs.json': { 'image-build': inputs } });
  const { exitCode, output } = await node(join(SCRIPTS, 'graph-and-hash.cjs'), NX_FOLDER, 'web');
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringMatching(/^\{/) });
  const { hashes, graph } = JSON.parse(output) as { hashes: Record<string, string>; graph: ProjectGraph };
  const request = { project: WEB, projects: projectsOfGraph(graph), tree, contextRoot: '' };
  const { files, replaced } = selectNxDependencies(request);
  const content = [...files.keys()].map((path) => [path, tree.read(path)]).concat([...replaced]);
  return {
    hash: hashes['image-build'] ?? '',
    key: createHash('sha256').update(JSON.stringify(content.sort())).digest('hex'),
  };
}

function node(...args: readonly string[]) {
  return workspace.run(process.execPath, args, { NX_DAEMON: 'false', NX_WORKSPACE_ROOT_PATH: '', NO_COLOR: '1' });
}

async function readLock(): Promise<{ packages: Record<string, NpmLock['packages'][string]> }> {
  return JSON.parse(await workspace.read('package-lock.json')) as Awaited<ReturnType<typeof readLock>>;
}

/** What changed since `before`, after which that is put in its place. */
async function compare(): Promise<{ key: boolean; hash: boolean }> {
  const after = await identify();
  const changed = { key: after.key !== before.key, hash: after.hash !== before.hash };
  before = after;
  return changed;
}

const UNCHANGED = { key: false, hash: false };
const CHANGED = { key: true, hash: true };

beforeAll(async () => {
  const plugin = await readFile(join(SCRIPTS, 'image-plugin.cjs'), 'utf8');
  workspace = await NpmWorkspace.create({ ...FILES, 'image-plugin.cjs': plugin });
  await workspace.mustNpm('install');
  before = await identify();
});

afterAll(() => workspace.remove());

describe('an image of web, which depends on ui and theme', () => {
  it('has the same key and hash when nothing changed', async () => {
    expect(await compare()).toEqual(UNCHANGED);
  });

  it.each([
    ['apps/web/src/main.js', CHANGED],
    ['packages/ui/src/index.js', CHANGED],
    ['packages/ui/src/added.js', CHANGED],
    ['libs/theme/theme.css', CHANGED],
    ['tsconfig.base.json', CHANGED],
    ['apps/other/src/main.js', UNCHANGED],
    ['README.md', UNCHANGED],
  ])('when %s changes: %j', async (path, expected) => {
    await workspace.write({ [path]: '{ "changed": true }' });
    expect(await compare()).toEqual(expected);
  });

  it('is not built again when npm updates a package of another project', async () => {
    await workspace.mustNpm('install', '-w', 'apps/other', 'left-pad@1.3.0');
    expect((await readLock()).packages['node_modules/left-pad']?.version).toBe('1.3.0');
    expect(await compare()).toEqual(UNCHANGED);
  });

  it('is built again when npm updates a package of ui', async () => {
    await workspace.mustNpm('install', '-w', 'packages/ui', 'is-odd@3.0.0');
    expect(await compare()).toEqual(CHANGED);
  });

  it.each([
    ['packages/ui/node_modules/is-number', CHANGED],
    ['node_modules/other-number', CHANGED],
    ['apps/web/node_modules/ms', CHANGED],
    ['node_modules/is-buffer', CHANGED],
    ['node_modules/acorn', CHANGED],
    ['node_modules/fsevents', CHANGED],
    ['node_modules/ms', CHANGED],
    ['node_modules/is-odd', UNCHANGED],
    ['node_modules/debug', UNCHANGED],
    ['node_modules/left-pad', UNCHANGED],
  ])('when the lock file alone updates %s, and node_modules is left behind: %j', async (location, expected) => {
    const lock = await readLock();
    const entry = lock.packages[location];
    expect(entry?.version).toBeDefined();
    const updated = { ...entry, version: '99.0.0', integrity: 'sha512-new' };
    await workspace.write({ 'package-lock.json': { ...lock, packages: { ...lock.packages, [location]: updated } } });
    expect(await compare()).toEqual(expected);
    await workspace.write({ 'package-lock.json': lock });
    before = await identify();
  });

  it('has another hash when a package that it uses lies elsewhere', async () => {
    const lock = await readLock();
    const { 'node_modules/is-buffer': moved, ...packages } = lock.packages;
    const elsewhere = { ...packages, 'node_modules/kind-of/node_modules/is-buffer': moved };
    await workspace.write({ 'package-lock.json': { ...lock, packages: elsewhere } });
    expect(await compare()).toEqual(CHANGED);
    await workspace.write({ 'package-lock.json': lock });
    before = await identify();
  });

  it('is affected by ui, and not by other', async () => {
    await symlink(NX_FOLDER, join(workspace.root, 'node_modules', 'nx'));
    const affectedBy = async (path: string): Promise<string[]> => {
      await workspace.write({ [path]: 'affecting' });
      const cli = join(NX_FOLDER, 'dist', 'bin', 'nx.js');
      const { output } = await node(cli, 'show', 'projects', '--affected', `--files=${path}`, '--json');
      return JSON.parse(output) as string[];
    };
    expect(await affectedBy('packages/ui/src/index.js')).toEqual(expect.arrayContaining(['ui', 'web']));
    expect(await affectedBy('apps/other/src/main.js')).toEqual(['other']);
  });
});
