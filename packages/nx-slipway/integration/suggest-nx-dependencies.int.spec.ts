import { execFileSync } from 'node:child_process';
import { CommandLineLab } from './command-line-lab';

/** `apps/web` needs `libs/ui`; nothing needs `libs/unused` and `docs`. */
const FILES: Readonly<Record<string, string>> = {
  'nx.json': JSON.stringify({ analytics: false, plugins: ['nx-slipway'] }),
  'package.json': JSON.stringify({ name: 'shop', private: true, workspaces: ['apps/*', 'libs/*'] }),
  '.dockerignore': '.git\n.nx\nnode_modules\n**/Dockerfile\n',
  'docs/guide.html': 'x',
  'apps/api/package.json': JSON.stringify({ name: 'api', version: '1.0.0' }),
  'apps/web/package.json': JSON.stringify({
    name: 'web',
    version: '1.0.0',
    scripts: { build: 'node build.mjs' },
    dependencies: { ui: '1.0.0' },
  }),
  'apps/web/project.json': JSON.stringify({
    name: 'web',
    targets: { 'image-build': { options: { buildContext: '{workspaceRoot}' } } },
  }),
  'apps/web/build.mjs': "import 'ui';\n",
  'apps/web/Dockerfile': `FROM node:22 AS build
WORKDIR /app
COPY . .
RUN npm ci
RUN npm run build -w apps/web
FROM nginx:1
COPY --from=build /app/apps/web/dist /usr/share/nginx/html
`,
  'libs/ui/package.json': JSON.stringify({ name: 'ui', version: '1.0.0', main: 'index.js' }),
  'libs/ui/index.js': '',
  'libs/unused/package.json': JSON.stringify({ name: 'unused', version: '1.0.0' }),
  'libs/unused/index.js': '',
};

const NARROWED = [
  'apps/web/build.mjs',
  'apps/web/package.json',
  'apps/web/project.json',
  'libs/ui/index.js',
  'libs/ui/package.json',
  'nx.json',
  'package-lock.json',
  'package.json',
];

interface Planned {
  readonly narrowing: string;
  readonly suggestedNarrow: unknown;
  readonly files: readonly { readonly path: string; readonly kind: string }[];
}

let lab: CommandLineLab;

afterEach(() => lab.remove());

async function plan(...options: readonly string[]) {
  const { exitCode, stdout, stderr } = await lab.slipway(['plan', 'web', '--json', '--engine', 'none', ...options]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const [planned] = (JSON.parse(stdout) as { images: Planned[] }).images;
  const files = planned?.files.filter(({ kind }) => kind !== 'directory').map(({ path }) => path) ?? [];
  return { narrowing: planned?.narrowing, suggestedNarrow: planned?.suggestedNarrow, files };
}

test('an npm package of a workspace is narrowed to what Nx knows that it depends on, before and after the suggestion is taken', async () => {
  lab = await CommandLineLab.create(FILES);
  const npm = ['install', '--package-lock-only', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', npm, { cwd: lab.root, env: { ...process.env, NODE_OPTIONS: '' } });
  const suggestedNarrow = { 'COPY . .': ['nx:dependencies'] };

  const before = await plan();
  expect(before).toMatchObject({ narrowing: 'none', suggestedNarrow });
  expect(before.files).toEqual(expect.arrayContaining([...NARROWED, 'docs/guide.html', 'libs/unused/index.js']));
  expect(await plan('--narrowAsSuggested')).toEqual({ narrowing: 'proven', suggestedNarrow, files: NARROWED });

  await lab.slipway(['doctor', 'web', '--fix']);
  expect(JSON.parse(await lab.read('apps/web/project.json'))).toMatchObject({
    targets: { 'image-build': { options: { narrow: suggestedNarrow } } },
  });
  expect(await plan()).toEqual({ narrowing: 'unproven', suggestedNarrow: null, files: before.files });
  expect(await plan('--narrowAsSuggested')).toEqual({ narrowing: 'proven', suggestedNarrow: null, files: NARROWED });
});

test('a project graph that Nx cannot make is a coded error where an image needs it, and none where it may only lead to a suggestion', async () => {
  const broken = { ...FILES, 'broken/project.json': '{ "name": oops' };
  lab = await CommandLineLab.create(broken);
  expect(await plan()).toMatchObject({ narrowing: 'none', suggestedNarrow: null });
  const options = { buildContext: '{workspaceRoot}', narrow: { 'COPY . .': ['nx:dependencies'] } };
  await lab.write({
    'apps/web/project.json': JSON.stringify({ name: 'web', targets: { 'image-build': { options } } }),
  });
  const { exitCode, stderr } = await lab.slipway(['plan', 'web', '--engine', 'none']);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^CONFIG_GRAPH_FAILED .* which web needs .*\n.*npx nx show projects/m);
});
