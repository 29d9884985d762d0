import { prunePackageLock } from '../src/build-context/narrowing/npm/prune-npm-lock';
import { NpmWorkspace } from './npm-workspace';

/** `web` depends on `ui`; nobody depends on `other`. One name in several versions, peers, aliases, optional and overridden packages. */
const MANIFESTS = {
  'package.json': {
    name: 'root',
    private: true,
    workspaces: ['packages/*', 'apps/*'],
    devDependencies: { ms: '2.1.2' },
    overrides: { 'is-buffer': '1.1.5' },
  },
  'apps/web/package.json': {
    name: 'web',
    version: '1.0.0',
    dependencies: { ui: '*', 'is-even': '1.0.0', debug: '2.6.9', bundler: 'file:../../vendor/bundler-1.0.0.tgz' },
    devDependencies: { 'is-odd': '0.1.2' },
  },
  'packages/ui/package.json': {
    name: 'ui',
    version: '1.0.0',
    dependencies: { 'is-odd': '3.0.1', 'other-number': 'npm:is-number@7.0.0' },
    peerDependencies: { 'acorn-jsx': '5.3.2' },
    optionalDependencies: { fsevents: '2.3.2' },
  },
  'apps/other/package.json': {
    name: 'other',
    version: '1.0.0',
    dependencies: { 'is-odd': '2.0.0', 'left-pad': '1.2.0', debug: '4.3.4' },
  },
};

type Lock = { packages: Record<string, Record<string, unknown>> };

const FOLDERS = ['apps/web', 'packages/ui'];
const workspaces: NpmWorkspace[] = [];
let whole: NpmWorkspace;

async function create(files: Readonly<Record<string, string | object>>): Promise<NpmWorkspace> {
  const workspace = await NpmWorkspace.create(files);
  workspaces.push(workspace);
  return workspace;
}

/** A package that brings another one with it, packed by npm. */
async function packBundler(): Promise<string> {
  const bundler = await create({
    'package.json': {
      name: 'bundler',
      version: '1.0.0',
      dependencies: { inner: '1.0.0' },
      bundleDependencies: ['inner'],
    },
    'node_modules/inner/package.json': { name: 'inner', version: '1.0.0' },
  });
  await bundler.mustNpm('pack');
  return `${bundler.root}/bundler-1.0.0.tgz`;
}

/** What a build gets: `package.json` of the root and of the selected workspaces, archives, and this lock file. */
async function createBuildContext(lockText: string, folders = FOLDERS): Promise<NpmWorkspace> {
  const manifests = Object.entries(MANIFESTS).filter(([path]) =>
    ['package.json', ...folders.map((folder) => `${folder}/package.json`)].includes(path),
  );
  const workspace = await create({
    ...Object.fromEntries(manifests),
    'package-lock.json': lockText,
    'vendor/.keep': '',
  });
  await workspace.run('cp', [`${whole.root}/vendor/bundler-1.0.0.tgz`, 'vendor']);
  return workspace;
}

function prune(lockText: string, folders: readonly string[] = ['apps/web']): string {
  const pruned = prunePackageLock(lockText, folders);
  if (pruned.status !== 'pruned') throw new Error(pruned.reason);
  return pruned.text;
}

beforeAll(async () => {
  const archive = await packBundler();
  whole = await create({ ...MANIFESTS, 'vendor/.keep': '' });
  await whole.run('cp', [archive, 'vendor']);
  await whole.mustNpm('install');
});

afterAll(() => Promise.all(workspaces.map((workspace) => workspace.remove())));

describe('a pruned package-lock.json', () => {
  it.each([[[]], [['--omit=dev']], [['--omit=optional']], [['--omit=peer']]])(
    'installs what the whole one installs for the same workspaces (%j)',
    async (options: string[]) => {
      const lockText = await whole.read('package-lock.json');
      const reference = await createBuildContext(lockText);
      const narrowed = await createBuildContext(prune(lockText));
      await reference.mustNpm('ci', ...options);
      await narrowed.mustNpm('ci', ...options);
      const installed = await narrowed.listInstalled();
      expect(installed).toEqual(await reference.listInstalled());
      expect(installed['packages/ui/node_modules/is-odd']).toBe('is-odd@3.0.1');
      expect('node_modules/ms' in installed).toBe(!options.includes('--omit=dev'));
      expect(installed['node_modules/left-pad']).toBeUndefined();
      expect(await narrowed.read('package-lock.json')).toBe(prune(lockText));
    },
  );

  it('says of every package what npm itself says, where all workspaces are kept', async () => {
    const lockText = await whole.read('package-lock.json');
    const before = JSON.parse(lockText) as Lock;
    const after = JSON.parse(prune(lockText, ['apps/web', 'apps/other', 'packages/ui'])) as Lock;
    const flagsOf = ({ packages }: Lock) =>
      Object.fromEntries(
        Object.entries(packages).map(([location, { dev, optional, devOptional, peer }]) => [
          location,
          { dev, optional, devOptional, peer },
        ]),
      );
    expect(flagsOf(after)).toEqual(flagsOf(before));
  });

  it('must not lack a package: npm 11 installs without it and says nothing', async () => {
    const lock = JSON.parse(prune(await whole.read('package-lock.json'))) as { packages: Record<string, object> };
    delete lock.packages['node_modules/kind-of'];
    const narrowed = await createBuildContext(JSON.stringify(lock));
    await narrowed.mustNpm('ci');
    const installed = await narrowed.listInstalled();
    expect(installed['node_modules/kind-of']).toBeUndefined();
    expect(installed['node_modules/is-even']).toBe('is-even@1.0.0');
  });

  it('stays the same to the byte when npm updates a package of another workspace, and only then', async () => {
    const before = await whole.read('package-lock.json');
    await whole.mustNpm('install', '-w', 'apps/other', 'left-pad@1.3.0');
    const unrelated = await whole.read('package-lock.json');
    expect(unrelated).not.toBe(before);
    expect(prune(unrelated)).toBe(prune(before));
    expect(prune(unrelated, ['apps/other'])).not.toBe(prune(before, ['apps/other']));

    await whole.mustNpm('install', '-w', 'packages/ui', 'is-odd@3.0.0');
    expect(prune(await whole.read('package-lock.json'))).not.toBe(prune(before));
  });
});

it('npm ci takes explicit names of workspaces whose folders are not there', async () => {
  const manifest = { ...MANIFESTS['package.json'], workspaces: ['packages/ui', 'apps/web', 'apps/other'] };
  const workspace = await create({ ...MANIFESTS, 'package.json': manifest, 'vendor/.keep': '' });
  await workspace.run('cp', [`${whole.root}/vendor/bundler-1.0.0.tgz`, 'vendor']);
  await workspace.mustNpm('install', '--package-lock-only');
  const narrowed = await createBuildContext(prune(await workspace.read('package-lock.json')));
  await narrowed.write({ 'package.json': manifest });
  await narrowed.mustNpm('ci');
  expect(Object.keys(await narrowed.listInstalled())).toContain('apps/web/node_modules/debug');
});
