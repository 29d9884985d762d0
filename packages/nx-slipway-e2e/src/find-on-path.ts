import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Absolute path of a program. Throws where there is none. */
export function findOnPath(program: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${program} is not on PATH; these tests need it`);
  return found;
}
