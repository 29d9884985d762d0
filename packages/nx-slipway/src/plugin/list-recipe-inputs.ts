import { LOCK_FILE, listRecipes, parseSlipwayLock } from '../build-context/slipway-lock';
import { isSlipwayError } from '../errors/slipway-error';
import type { WorkspaceFiles } from './workspace-files';

/**
 * Nx filesets of the recipes that the workspace's lock file names: inputs of every image. A lock file that is not valid names
 * none here: `image-build` reports it when it runs. Pure but for reading through `files`.
 */
export function listRecipeInputs(files: WorkspaceFiles): readonly string[] {
  const text = files.read(LOCK_FILE);
  if (text === undefined) return [];
  try {
    return listRecipes(parseSlipwayLock(text)).map((recipe) => `{workspaceRoot}/${recipe}`);
  } catch (error) {
    if (isSlipwayError(error)) return [];
    throw error;
  }
}
