import { createHash } from 'node:crypto';
import { readFile, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from './write-file-atomically';
import { listNames } from './list-names';

/** A workspace (a worktree has a root of its own) that this machine store knows. */
export interface KnownWorkspace {
  /** Absolute path. */
  readonly workspaceRoot: string;
  /** Absolute path of the file that remembers it. */
  readonly file: string;
  /** When a task of it ran last, in milliseconds since the epoch. */
  readonly usedAtMs: number;
}

/** Afterwards `listKnownWorkspaces` gives this workspace, as used now: what its records name is not removed by `nx-slipway gc`. */
export async function rememberWorkspace(machineStore: string, workspaceRoot: string, nowMs: number): Promise<void> {
  const file = join(folderIn(machineStore), createHash('sha256').update(workspaceRoot).digest('hex').slice(0, 24));
  const seconds = nowMs / 1_000;
  const isKnown = await utimes(file, seconds, seconds).then(
    () => true,
    () => false,
  );
  if (!isKnown) await writeFileAtomically(file, `${workspaceRoot}\n`);
}

/** The workspaces whose tasks have run with this machine store, whether they are still there or not. */
export async function listKnownWorkspaces(machineStore: string): Promise<KnownWorkspace[]> {
  const folder = folderIn(machineStore);
  const names = await listNames(folder);
  const read = names
    .filter((name) => /^[0-9a-f]{24}$/.test(name))
    .map(async (name): Promise<KnownWorkspace> => {
      const file = join(folder, name);
      const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
      return { workspaceRoot: text.replace(/\n$/, ''), file, usedAtMs: mtimeMs };
    });
  return Promise.all(read);
}

function folderIn(machineStore: string): string {
  return join(machineStore, 'workspaces');
}
