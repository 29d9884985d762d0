import { isJsonObject } from '../artifact/json-object';
import type { WorkspaceFiles } from './workspace-files';

const DEPENDENCY_FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/**
 * Which of these npm packages Nx does not have in its graph. Nx refuses to hash a target whose `externalDependencies` name
 * one that is missing, which would fail a whole run. With npm's lock file its top level decides, a linked workspace package is
 * none of them; otherwise the dependencies in the root's `package.json` do. Pure but for reading through `files`.
 */
export function findUnknownPackages(names: readonly string[], files: WorkspaceFiles): ReadonlySet<string> {
  if (names.length === 0) return new Set();
  const isKnown = packageTest(files);
  return new Set(names.filter((name) => !isKnown(name)));
}

function packageTest(files: WorkspaceFiles): (name: string) => boolean {
  const lock = files.readJson('package-lock.json');
  const locked = isJsonObject(lock) && isJsonObject(lock['packages']) ? lock['packages'] : undefined;
  if (locked) {
    return (name) => {
      const entry = locked[`node_modules/${name}`];
      return isJsonObject(entry) && entry['link'] !== true;
    };
  }
  const manifest = files.readJson('package.json');
  const fields = isJsonObject(manifest) ? DEPENDENCY_FIELDS.map((field) => manifest[field]).filter(isJsonObject) : [];
  return (name) => fields.some((dependencies) => name in dependencies);
}
