import { posix } from 'node:path';
import { describeProblem } from '../errors/slipway-error';
import { findProjects } from './find-projects';
import type { InferredProject } from './infer-projects';
import type { PluginOptions } from './plugin-options';
import { targetNameOf, TARGET_KINDS } from './plugin-options';
import { renderTarget } from './render-target';
import type { WorkspaceFiles } from './workspace-files';

/** The workspace as far as its paths tell, with no file read. */
function withoutContent({ paths }: WorkspaceFiles): WorkspaceFiles {
  return { paths, read: () => undefined, readJson: () => undefined, list: () => [] };
}

/**
 * What stands in for the whole inference when that met an error which nobody foresaw: every project with a Dockerfile or
 * manifests gets targets that report the error. A project's name is left to Nx. Uses nothing but the files' paths.
 */
export function inferFromFailure(
  error: unknown,
  files: WorkspaceFiles,
  options: PluginOptions,
): readonly InferredProject[] {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const problem = describeProblem('INTERNAL_UNEXPECTED', { reason });
  return findProjects(withoutContent(files))
    .filter(({ configFile }) => ['project.json', 'package.json'].includes(posix.basename(configFile)))
    .filter(({ dockerfile, manifests }) => dockerfile !== undefined || manifests.length > 0)
    .map(({ name, root, configFile }) => ({
      name: '',
      root,
      configFile,
      targets: Object.fromEntries(
        TARGET_KINDS.filter((kind) => !kind.startsWith('cluster-')).map((intendedKind) => {
          const targetName = targetNameOf(intendedKind, options);
          const project = { name, root };
          const plan = { intendedKind, project, targetName, inferredOptions: {}, executorIsStated: false, problem };
          return [targetName, renderTarget({ plan: { kind: 'problem', ...plan }, dependsOn: [] }, undefined)];
        }),
      ),
    }));
}
