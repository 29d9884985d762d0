import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Tools } from '../../../exec/tools';
import { listWorkspaceFiles } from '../../workspace/list-workspace-files';
import { isShellScript, kindOfScript, type ScriptFile } from './script-file';

/** Enough for a first line. */
const HEAD_BYTES = 64;

/**
 * The scripts of the repository: those that git tracks or, outside of a git repository, those that Nx sees. Sorted by path.
 */
export async function readScripts(
  workspaceRoot: string,
  tools: Pick<Tools, 'runner' | 'env' | 'signal'>,
): Promise<readonly ScriptFile[]> {
  const paths =
    (await listTrackedFiles(workspaceRoot, tools)) ??
    listWorkspaceFiles(workspaceRoot, (path) => kindOfScript(path) !== undefined);
  return paths.flatMap((path): ScriptFile[] => {
    const kind = kindOfScript(path);
    if (kind === undefined) return [];
    const absolutePath = join(workspaceRoot, path);
    if (kind === 'unknown' && !isShellScript(readHead(absolutePath) ?? '')) return [];
    const text = readText(absolutePath);
    return text === undefined ? [] : [{ path, kind: kind === 'unknown' ? 'shell' : kind, text }];
  });
}

async function listTrackedFiles(
  workspaceRoot: string,
  { runner, env, signal }: Pick<Tools, 'runner' | 'env' | 'signal'>,
): Promise<readonly string[] | undefined> {
  const result = await runner.run('git', ['ls-files', '-z'], { cwd: workspaceRoot, env, signal });
  if (result.status !== 'ok') return undefined;
  return result.stdout
    .split('\0')
    .filter((path) => path !== '')
    .toSorted();
}

/** A file that git tracks may be gone, or be a link to a folder. */
function readText(absolutePath: string): string | undefined {
  try {
    return readFileSync(absolutePath, 'utf8');
  } catch {
    return undefined;
  }
}

function readHead(absolutePath: string): string | undefined {
  try {
    const file = openSync(absolutePath, 'r');
    try {
      const buffer = Buffer.alloc(HEAD_BYTES);
      return buffer.toString('utf8', 0, readSync(file, buffer));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
