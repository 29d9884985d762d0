import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../../../artifact/write-file-atomically';
import type { FixedFile } from './apply-fixes';

/**
 * Writes fixed files, each in one step; a link stays one, and modes stay. Also where git has uncommitted changes: all that a fix does not
 * name stays as it is.
 */
export async function writeFixedFiles(files: readonly FixedFile[], workspaceRoot: string): Promise<void> {
  for (const { file, before, after } of files) {
    const path = join(workspaceRoot, file);
    if (before === null) await writeFileAtomically(path, after);
    else if (before !== after) await writeFileAtomically(realpathSync(path), after, statSync(path).mode & 0o777);
  }
}
