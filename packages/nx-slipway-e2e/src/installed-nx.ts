import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from './run-to-end';

/** Names the folder with the installations of this run, which `global-setup.ts` makes. */
export const INSTALLATIONS_VARIABLE = 'SLIPWAY_E2E_INSTALLATIONS';

const PLUGIN_FOLDER = join(__dirname, '..', '..', 'nx-slipway');

/** Measured: 7 s with a warm npm cache. */
const INSTALL_LIMIT_MS = 110_000;

/**
 * Absolute path of a folder with `package.json` and `node_modules`: this version of Nx, and the plugin as npm would publish it.
 * The first call for a version installs them, with network access to the npm registry.
 */
export function installedNx(nxVersion: string): string {
  const installations = process.env[INSTALLATIONS_VARIABLE];
  if (!installations) throw new Error(`${INSTALLATIONS_VARIABLE} is not set: run the suites by jest.config.cjs`);
  const installed = join(installations, nxVersion);
  if (!existsSync(installed)) install(nxVersion, packedPlugin(installations), installed);
  return installed;
}

function packedPlugin(folder: string): string {
  const packed = join(folder, 'nx-slipway.tgz');
  if (existsSync(packed)) return packed;
  const { output } = succeed(
    'npm',
    ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder],
    PLUGIN_FOLDER,
  );
  renameSync(join(folder, output.trim().split('\n').at(-1) ?? ''), packed);
  return packed;
}

/** Installs beside the final place, so that an interrupted installation is never taken for one. */
function install(nxVersion: string, plugin: string, installed: string): void {
  const folder = `${installed}-unfinished`;
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'fresh',
      private: true,
      devDependencies: { nx: nxVersion, '@nx/devkit': nxVersion, 'nx-slipway': `file:${plugin}` },
    }),
  );
  succeed('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  renameSync(folder, installed);
}

function succeed(command: string, args: readonly string[], cwd: string): { output: string } {
  const result = runToEnd(command, args, { cwd, env: process.env, limitMs: INSTALL_LIMIT_MS });
  if (result.exitCode !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.output}`);
  return result;
}
