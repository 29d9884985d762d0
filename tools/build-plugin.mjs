// Builds packages/nx-slipway into its dist folder: compiles, copies the schemas, and writes the id of this build.
// Runs as the root's `prepare`, never as an Nx target: Nx needs the built plugin before it can make any graph.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const plugin = join(root, 'packages', 'nx-slipway');
const source = join(plugin, 'src');
const output = join(plugin, 'dist');
const stampFile = join(output, 'build-id.json');

const files = listFiles(source).filter((file) => !file.endsWith('.spec.ts'));
const buildId = digestOf([
  ...files,
  join(plugin, 'package.json'),
  join(plugin, 'tsconfig.build.json'),
  join(root, 'tsconfig.base.json'),
]);

if (readBuildId() === buildId) {
  writeFileSync(stampFile, readFileSync(stampFile));
  console.log(`nx-slipway ${buildId} is built already.`);
} else {
  rmSync(output, { recursive: true, force: true });
  compile();
  for (const file of files.filter((name) => name.endsWith('.json'))) copyToOutput(file);
  writeFileSync(stampFile, `${JSON.stringify({ buildId })}\n`);
  console.log(`Built nx-slipway ${buildId}.`);
}

function compile() {
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  const compiler = join(dirname(typescript), 'bin', 'tsc');
  const result = spawnSync(process.execPath, [compiler, '-p', join(plugin, 'tsconfig.build.json')], {
    stdio: 'inherit',
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function copyToOutput(file) {
  const target = join(output, relative(source, file));
  mkdirSync(dirname(target), { recursive: true });
  cpSync(file, target);
}

function readBuildId() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8')).buildId;
  } catch {
    return undefined;
  }
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
