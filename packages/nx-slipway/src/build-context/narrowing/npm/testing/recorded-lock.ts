import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NpmLock } from '../npm-lock';

/** A lock file as npm 11.19 wrote it for three workspaces: `web` depends on `ui`, and `other` on neither. */
export const RECORDED_LOCK = readFileSync(join(__dirname, 'recorded-package-lock.json'), 'utf8');

/** The recorded lock file with entries added, changed or (`undefined`) removed. */
export function editLock(changes: Readonly<Record<string, object | undefined>>, text = RECORDED_LOCK): string {
  const lock = JSON.parse(text) as NpmLock;
  const merged = Object.entries(changes).map(([location, change]) => [
    location,
    change && { ...lock.packages[location], ...change },
  ]);
  const packages: object = { ...lock.packages, ...(Object.fromEntries(merged) as object) };
  return JSON.stringify({ ...lock, packages });
}
