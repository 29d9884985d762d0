import { rmSync } from 'node:fs';
import { INSTALLATIONS_VARIABLE } from './installed-nx';

/** Removes what `global-setup.ts` made. */
export default function removeInstallationsFolder(): void {
  const folder = process.env[INSTALLATIONS_VARIABLE];
  if (folder) rmSync(folder, { recursive: true, force: true });
}
