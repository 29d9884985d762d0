import { SlipwayError } from '../errors/slipway-error';
import type { BuildRequest } from './image-builder';

/** Where the files of one build lie. */
export interface StagedFolders {
  /** Absolute path. */
  readonly stagedFolder: string;
  /** Of additional build contexts: name to absolute path. */
  readonly namedFolders: Readonly<Record<string, string>>;
}

/**
 * Stages all that a build is given.
 * @param folderOf the absolute path for an additional build context, by its number from 0; nothing exists there yet
 * @throws {SlipwayError} BUILD_CANCELLED, and what the request's own functions throw
 */
export async function stageContexts(
  { stage, namedContexts = new Map() }: BuildRequest,
  stagedFolder: string,
  folderOf: (number: number) => string,
  signal: AbortSignal,
): Promise<StagedFolders> {
  const namedFolders: Record<string, string> = {};
  try {
    await stage(stagedFolder);
    for (const [name, stageNamed] of namedContexts) {
      const folder = folderOf(Object.keys(namedFolders).length);
      await stageNamed(folder);
      namedFolders[name] = folder;
    }
    signal.throwIfAborted();
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new SlipwayError('BUILD_CANCELLED', { step: 'the staging of the build context' }, { cause });
  }
  return { stagedFolder, namedFolders };
}
