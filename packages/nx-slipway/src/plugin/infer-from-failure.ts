import { posix } from 'node:path';
import { describeProblem } from '../errors/slipway-error';
import { parseDockerfileName } from './dockerfile-name';
import { isManifestName } from './expand-manifests';
import { MANIFEST_FOLDERS } from './inference-glob';
import { groupBy } from './group-by';
import type { InferredProject } from './infer-projects';
import type { PluginOptions } from './plugin-options';
import { targetNameOf, TARGET_KINDS } from './plugin-options';
import { renderTarget } from './render-target';

const CONFIGURATIONS = ['project.json', 'package.json'];

/**
 * What stands in for the whole inference when that met an error which nobody foresaw: every configured project with a Dockerfile
 * or manifests gets targets that report the error. A project's name is left to Nx. Uses nothing but the files' paths, and none of
 * the functions in which the error may be. Pure.
 */
export function inferFromFailure(
  error: unknown,
  paths: readonly string[],
  options: PluginOptions,
): readonly InferredProject[] {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const problem = describeProblem('INTERNAL_UNEXPECTED', { reason });
  const folders = groupBy(paths, (path) => posix.dirname(path));
  return [...folders].flatMap(([root, files]) => {
    const configFile = CONFIGURATIONS.map((name) => posix.join(root, name)).find((path) => files.includes(path));
    if (configFile === undefined || !hasTargets(root, folders)) return [];
    const project = { name: '', root };
    const targets = TARGET_KINDS.filter((kind) => !kind.startsWith('cluster-')).map((intendedKind) => {
      const targetName = targetNameOf(intendedKind, options);
      const place = { project, targetName, inferredOptions: {}, executorIsStated: false, warnings: [] };
      const plan = { ...place, kind: 'problem' as const, intendedKind, problem };
      return [targetName, renderTarget({ plan, dependsOn: [] }, undefined)] as const;
    });
    return [{ name: '', root, configFile, targets: Object.fromEntries(targets), unseenIn: {} }];
  });
}

function hasTargets(root: string, folders: ReadonlyMap<string, readonly string[]>): boolean {
  const namesIn = (folder: string): string[] => (folders.get(folder) ?? []).map((path) => posix.basename(path));
  return (
    namesIn(root).some((name) => parseDockerfileName(name) !== undefined) ||
    MANIFEST_FOLDERS.some((folder) => namesIn(posix.join(root, folder)).some(isManifestName))
  );
}
