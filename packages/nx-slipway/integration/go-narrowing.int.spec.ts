import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { minimatch } from 'minimatch';
import { scanTree } from '../src/build-context/narrowing/go/go-file-scanner';
import { openGoModuleGraph } from '../src/build-context/narrowing/go/go-module-graph';
import { selectGoPackages } from '../src/build-context/narrowing/go/select-go-packages';
import { openDiskTree } from './go-narrowing/disk-tree';
import {
  generateGoRepository,
  type RandomGoRepository,
  type RepositoryKind,
} from './go-narrowing/random-go-repository';

const REPOSITORY = join(__dirname, '..', '..', '..');
const { matchGlobPaths } = jest.requireActual<{
  readonly matchGlobPaths: (globs: readonly string[], paths: readonly string[]) => boolean[];
}>(join(REPOSITORY, 'node_modules', 'nx', 'dist', 'src', 'native'));

/** Seeds of `npm test`; `GO_NARROWING_SEEDS=100-200` runs others by hand. */
const [FIRST_SEED = 1, LAST_SEED = 1] = (process.env['GO_NARROWING_SEEDS'] ?? '1-2').split('-').map(Number);
const PACKAGES_PER_MODULE = 16;

/** The builds that the go command is asked about. */
const BUILDS: readonly { readonly env: NodeJS.ProcessEnv; readonly tags: string }[] = [
  { env: { GOOS: 'linux', GOARCH: 'amd64', CGO_ENABLED: '1' }, tags: '' },
  { env: { GOOS: 'linux', GOARCH: 'arm64', CGO_ENABLED: '0' }, tags: 'tagx' },
  { env: { GOOS: 'windows', GOARCH: 'amd64', CGO_ENABLED: '0' }, tags: 'tools' },
  { env: { GOOS: 'darwin', GOARCH: 'arm64', CGO_ENABLED: '1' }, tags: 'tagx,tools' },
];

function go(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const offline = { GOFLAGS: '', GOPROXY: 'off', GOENV: 'off', GOTOOLCHAIN: 'local', GOWORK: '' };
  const { status, stdout, stderr } = spawnSync('go', [...args], {
    cwd: folder,
    env: { ...process.env, ...offline, ...env },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`go ${args.join(' ')} in ${folder}: ${stderr}`);
  return stdout;
}

const goVersion = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout ?? '';
const mustRun = Boolean(process.env['CI'] ?? process.env['REQUIRE_REAL_TOOLS']);
const describeWithGo = mustRun || goVersion !== '' ? describe : describe.skip;
const minorVersion = Number(/^go1\.(\d+)/.exec(goVersion)?.[1] ?? 0);

const KINDS: readonly RepositoryKind[] = [
  'single',
  'nested',
  'workspace',
  'replaced',
  'vendored',
  // `go work vendor` came with Go 1.22.
  ...(minorVersion >= 22 ? (['workspace-vendored'] as const) : []),
];
const CASES = KINDS.flatMap((kind) =>
  Array.from({ length: LAST_SEED - FIRST_SEED + 1 }, (_, index) => ({ kind, seed: FIRST_SEED + index })),
);

/** What `go list` says of a package. */
interface ListedPackage {
  readonly Dir: string;
  readonly ImportPath: string;
  readonly Standard?: boolean;
  readonly Deps?: readonly string[];
  readonly Module?: { readonly GoMod?: string; readonly Replace?: { readonly GoMod?: string } };
  readonly [files: `${string}Files`]: readonly string[] | undefined;
}

const FILE_FIELDS = [
  'GoFiles',
  'CgoFiles',
  'CFiles',
  'CXXFiles',
  'MFiles',
  'HFiles',
  'FFiles',
  'SFiles',
  'SwigFiles',
  'SwigCXXFiles',
  'SysoFiles',
  'EmbedFiles',
] as const;

function listPackages(folder: string, build: (typeof BUILDS)[number]): ReadonlyMap<string, ListedPackage> {
  const fields = ['Dir', 'ImportPath', 'Standard', 'Deps', 'Module', ...FILE_FIELDS].join(',');
  const text = go(folder, ['list', '-deps', `-tags=${build.tags}`, `-json=${fields}`, './...'], build.env);
  const packages = JSON.parse(`[${text.replaceAll('\n}\n{', '\n},\n{')}]`) as ListedPackage[];
  return new Map(packages.map((listed) => [listed.ImportPath, listed]));
}

/** The files within a root that the go command names for one package and all that it imports. */
function filesOf(listed: ListedPackage, all: ReadonlyMap<string, ListedPackage>, root: string): readonly string[] {
  const closure = [listed, ...(listed.Deps ?? []).flatMap((path) => all.get(path) ?? [])];
  const files = closure
    .filter(({ Standard }) => Standard !== true)
    .flatMap((each) => [
      ...FILE_FIELDS.flatMap((field) => each[field] ?? []).map((file) => join(each.Dir, file)),
      ...[each.Module?.GoMod ?? [], each.Module?.Replace?.GoMod ?? []].flat(),
    ])
    .map((path) => relative(root, path))
    .filter((path) => !path.startsWith('../'));
  return [...new Set(files)].sort();
}

function select(root: string, main: string) {
  const tree = openDiskTree(root);
  return selectGoPackages({ packages: [`./${main}`], tree, scanner: scanTree(tree), moduleMode: 'auto' });
}

describeWithGo('Narrowing to Go packages against the go command', () => {
  const roots: string[] = [];

  function write(repository: RandomGoRepository): string {
    const root = mkdtempSync(join(tmpdir(), 'nx-slipway-go-'));
    roots.push(root);
    for (const [path, content] of repository.files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      if (typeof content === 'string') writeFileSync(join(root, path), content);
      else symlinkSync(content.linkTo, join(root, path));
    }
    return root;
  }

  /** Copies a selection, and nothing else, to a folder of its own. */
  function copySelection(root: string, paths: Iterable<string>): string {
    const copy = mkdtempSync(join(tmpdir(), 'nx-slipway-go-'));
    roots.push(copy);
    for (const path of paths) {
      cpSync(join(root, path), join(copy, path), { recursive: true, verbatimSymlinks: true });
    }
    return copy;
  }

  afterEach(() => {
    for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
  });

  test.each(CASES)('$kind, seed $seed: what go list names is selected, and the globs match it', ({ kind, seed }) => {
    const repository = generateGoRepository(seed, kind, PACKAGES_PER_MODULE);
    const root = write(repository);
    const tree = openDiskTree(root);
    const scanner = scanTree(tree);
    const graph = openGoModuleGraph();
    const builds = BUILDS.map((build) => listPackages(join(root, repository.modules[0]!), build));
    let named = 0;
    for (const main of repository.mains) {
      const selection = selectGoPackages({ packages: [`./${main}`], tree, scanner, graph, moduleMode: 'auto' });
      const selected = [...selection.files.keys()];
      for (const all of builds) {
        const listed = [...all.values()].find(({ Dir }) => relative(root, Dir) === main)!;
        const expected = filesOf(listed, all, root);
        expect({ main, missing: expected.filter((path) => !selection.files.has(path)) }).toEqual({ main, missing: [] });
        named += expected.length;
      }
      expect(selection.widened).toEqual([]);
      const unmatched = (matched: readonly boolean[]) => selected.filter((_, index) => !matched[index]);
      expect(unmatched(matchGlobPaths(selection.globs, selected))).toEqual([]);
      expect(selected.filter((path) => !selection.globs.some((glob) => minimatch(path, glob, { dot: true })))).toEqual(
        [],
      );
    }
    expect(named).toBeGreaterThan(repository.mains.length * BUILDS.length);
  });

  test.each(CASES.filter(({ seed }) => seed === FIRST_SEED))(
    '$kind: the selection alone builds to the same bytes',
    ({ kind, seed }) => {
      const repository = generateGoRepository(seed, kind, PACKAGES_PER_MODULE);
      const root = write(repository);
      const module = repository.modules[0]!;
      const [largest] = repository.mains
        .map((main) => ({ main, files: select(root, main).files }))
        .sort((a, b) => b.files.size - a.files.size);
      const { main, files } = largest!;
      expect(files.size).toBeLessThan(repository.files.size);
      expect(build(copySelection(root, files.keys()), module, main).equals(build(root, module, main))).toBe(true);
    },
  );
});

function build(root: string, module: string, main: string): Buffer {
  const output = join(root, 'built');
  const env = { CGO_ENABLED: spawnSync('gcc', ['--version']).status === 0 ? '1' : '0' };
  const folder = join(root, module);
  go(folder, ['build', '-trimpath', '-buildvcs=false', '-o', output, `./${relative(folder, join(root, main))}`], env);
  return readFileSync(output);
}
