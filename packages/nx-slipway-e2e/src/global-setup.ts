import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INSTALLATIONS_VARIABLE } from './installed-nx';

/** Makes the folder in which this run of the suites installs Nx, once for each version. */
export default function makeInstallationsFolder(): void {
  process.env[INSTALLATIONS_VARIABLE] = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-e2e-nx-')));
}
