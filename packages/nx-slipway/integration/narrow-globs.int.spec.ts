import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePathGlob } from '../src/build-context/narrowing/files/parse-path-glob';
import { NpmWorkspace } from './npm-workspace';

/** Another Nx can be tried by hand. */
const NX_FOLDER = process.env['TEST_NX_FOLDER'] ?? join(__dirname, '..', '..', '..', 'node_modules', 'nx');
const SCRIPTS = join(__dirname, 'nx-dependencies');

const PATHS = [
  'config/a.json',
  'config/deep/.hidden.json',
  'config/B.JSON',
  '@scope/x+y/(shop)/[id].ts',
  'app/(shop)/page.tsx',
  'a{b,c}d/!important',
  'name with blanks/ä😀.txt',
  'star*/question?.md',
  '-dash/#hash/%25.txt',
];

const GLOBS = [
  ...PATHS.map((path) => path.replaceAll(/[*?[\]{}]/g, '\\$&')),
  'config',
  'config/**',
  'config/*.json',
  '**/*.json',
  '**/.hidden.{json,yaml}',
  'config/[!b]*',
  '@scope/**/\\[id\\].ts',
  '*/(shop)/*.tsx',
  'a\\{b,c\\}d/*',
  'name with blanks/??.txt',
  '{config/deep,-dash}/**/*',
  '**',
];

let workspace: NpmWorkspace;
let before: Record<string, string>;

beforeAll(async () => {
  workspace = await NpmWorkspace.create({
    'nx.json': { analytics: false, plugins: ['./image-plugin.cjs'] },
    '.gitignore': 'node_modules\n.nx\ntmp\n',
    'package.json': { name: 'root', private: true },
    'tsconfig.json': {},
    'apps/web/package.json': { name: 'web' },
    'image-plugin.cjs': await readFile(join(SCRIPTS, 'image-plugin.cjs'), 'utf8'),
    ...Object.fromEntries(PATHS.map((path) => [path, 'before'])),
  });
  const inputs = GLOBS.map((glob) => {
    const filesets = parse(glob).nxGlobs.map((one) => `{workspaceRoot}/${one}`);
    return [`t${GLOBS.indexOf(glob)}`, [{ externalDependencies: [] }, ...filesets]];
  });
  await workspace.write({ 'tmp/inputs.json': Object.fromEntries(inputs) as object });
  before = await hashAll();
});

afterAll(() => workspace.remove());

function parse(glob: string) {
  const parsed = parsePathGlob(glob);
  if ('reason' in parsed) throw new Error(parsed.reason);
  return parsed;
}

async function hashAll(): Promise<Record<string, string>> {
  const environment = { NX_DAEMON: 'false', NX_WORKSPACE_ROOT_PATH: '' };
  const script = join(SCRIPTS, 'graph-and-hash.cjs');
  const { exitCode, output } = await workspace.run(process.execPath, [script, NX_FOLDER, 'web'], environment);
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringMatching(/^\{/) });
  return (JSON.parse(output) as { hashes: Record<string, string> }).hashes;
}

it.each(PATHS)('the real Nx sees %s wherever a glob of the rule "files:" matches it', async (path) => {
  await workspace.write({ [path]: 'after' });
  const after = await hashAll();
  const matching = GLOBS.filter((glob) => parse(glob).matches(path));
  const seen = GLOBS.filter((_, index) => before[`t${index}`] !== after[`t${index}`]);
  before = after;
  expect(matching.length).toBeGreaterThan(1);
  expect(seen).toEqual(expect.arrayContaining(matching));
  expect(seen.length).toBeLessThan(GLOBS.length);
});
