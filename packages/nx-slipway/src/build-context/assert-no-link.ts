import { realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { SlipwayError } from '../errors/slipway-error';
import { DISK_NOW, type ContextDisk } from './context-disk';

/**
 * Makes sure that a workspace-relative path is neither a symbolic link nor below one: the filesets of Nx follow none, so a change behind it
 * would go unseen. What is not there passes.
 * @param what begins the message, e.g. `The build context`
 * @throws {SlipwayError} CONTEXT_ROOT_LINKED
 */
export function assertNoLink(
  workspaceRoot: string,
  path: string,
  what: string,
  disk: Pick<ContextDisk, 'look'> = DISK_NOW,
): void {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  for (let depth = 1; depth <= segments.length; depth++) {
    const link = segments.slice(0, depth).join('/');
    if (disk.look(join(workspaceRoot, link))?.kind !== 'link') continue;
    const real = relative(realpathSync(workspaceRoot), realpathSync(join(workspaceRoot, path))).replaceAll(sep, '/');
    throw new SlipwayError('CONTEXT_ROOT_LINKED', { what, path, link, real: real || '.' });
  }
}
