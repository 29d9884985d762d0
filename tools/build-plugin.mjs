// Builds packages/nx-slipway into its dist folder: checks the types, bundles, copies the schemas, and writes the id of this
// build. Runs as the root's `prepare`, never as an Nx target: Nx needs the built plugin before it can make any graph.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const plugin = join(root, 'packages', 'nx-slipway');
const source = join(plugin, 'src');
const output = join(plugin, 'dist');
const stampFile = join(output, 'build-id.json');

const files = listFiles(source).filter((file) => !file.endsWith('.spec.ts'));
const settings = [join(plugin, 'package.json'), join(plugin, 'tsconfig.build.json'), join(root, 'package-lock.json')];
const buildId = digestOf([...files, ...settings, fileURLToPath(import.meta.url)]);

if (readBuildId() === buildId) {
  writeFileSync(stampFile, readFileSync(stampFile)); // Newer than every source again.
  console.log(`nx-slipway ${buildId} is built already.`);
} else {
  rmSync(output, { recursive: true, force: true });
  writeTypes();
  const { metafile } = await bundle();
  writeLicenses(metafile);
  chmodSync(join(output, 'cli.js'), 0o755); // A command of the package.
  for (const file of files.filter((name) => name.endsWith('schema.json'))) copyToOutput(file);
  writeFileSync(stampFile, `${JSON.stringify({ buildId })}\n`);
  console.log(`Built nx-slipway ${buildId}.`);
}

function writeTypes() {
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  const compiler = join(dirname(typescript), 'bin', 'tsc');
  const result = spawnSync(process.execPath, [compiler, '-p', join(plugin, 'tsconfig.build.json')], {
    stdio: 'inherit',
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

// Every task is a process of its own, so what it loads is paid for each time: bundles instead of some hundred files, and what is
// imported dynamically (an executor, a stage that an unchanged deploy does not reach, execa) is a bundle of its own beside them.
async function bundle() {
  const inputs = {};
  const waiting = new Map([
    ['index', 'src/index.ts'],
    ['executors', 'src/executors.ts'],
    ['cli', 'src/cli.ts'],
    ['generators/init/init.impl', 'src/generators/init/init.impl.ts'],
  ]);
  for (const [name, entry] of waiting) {
    const { metafile } = await bundleOne(name, entry, waiting);
    Object.assign(inputs, metafile.inputs);
  }
  return { metafile: { inputs } };
}

function bundleOne(name, entry, waiting) {
  return build({
    absWorkingDir: plugin,
    entryPoints: { [name]: entry },
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    external: ['nx', '@nx/devkit'],
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' }, // Its main file is UMD, which cannot be bundled.
    inject: name === 'executors' ? [] : ['src/configure-zod.ts'],
    define: { SLIPWAY_BUILD_ID: JSON.stringify(buildId) },
    // Each task reads and parses a bundle; names stay, for stacks.
    minifyWhitespace: true,
    minifySyntax: true,
    supported: { 'dynamic-import': false }, // A `require`: Node's loader of ES modules would cost 10 ms.
    plugins: [{ name: 'dynamic-imports', setup: (esbuild) => splitDynamicImports(esbuild, waiting) }],
    metafile: true,
    logLevel: 'warning',
  });
}

/** Makes each dynamic import an entry of its own, by its file's name. */
function splitDynamicImports(esbuild, waiting) {
  esbuild.onResolve({ filter: /./ }, async ({ path, kind, resolveDir, pluginData }) => {
    if (kind !== 'dynamic-import' || pluginData === 'resolved') return undefined;
    const resolved = await esbuild.resolve(path, { kind, resolveDir, pluginData: 'resolved' });
    if (resolved.errors.length > 0) return { errors: resolved.errors };
    if (resolved.external) return resolved; // A module of Node's own.
    const name = path.replace(/^.*\//, '').replace(/\.js$/, '');
    const known = waiting.get(name);
    if (known !== undefined && known !== resolved.path) throw new Error(`two bundles would be dist/${name}.js`);
    waiting.set(name, resolved.path);
    return { path: `./${name}.js`, external: true };
  });
}

// The bundled packages' licences ask for their notice to go with every copy.
function writeLicenses(metafile) {
  const packages = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (folder) packages.add(join(plugin, folder));
  }
  const notices = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : ''}\n`;
  });
  writeFileSync(join(output, 'THIRD_PARTY_LICENSES'), notices.join(`\n${'-'.repeat(80)}\n\n`));
}

function copyToOutput(file) {
  const target = join(output, relative(source, file));
  mkdirSync(dirname(target), { recursive: true });
  cpSync(file, target);
}

function readBuildId() {
  return existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')).buildId : undefined;
}

function digestOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

function listFiles(folder) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? listFiles(path) : [path];
    });
}
