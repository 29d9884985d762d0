import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SlipwayError } from '../errors/slipway-error';

/**
 * The folder with nx.json: the given one or the nearest above it. Absolute path.
 * @throws {SlipwayError} CONFIG_WORKSPACE_MISSING
 */
export function findWorkspaceRoot(workingFolder: string): string {
  for (let folder = workingFolder; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json'))) return folder;
    if (dirname(folder) === folder) throw new SlipwayError('CONFIG_WORKSPACE_MISSING', { folder: workingFolder });
  }
}
