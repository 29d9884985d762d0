import { kindOfTarget, resolveTargetOptions } from './declared-targets';
import { groupBy } from './group-by';
import { targetNameOf, type PluginOptions } from './plugin-options';
import type { ProjectConfiguration } from './project-configuration';
import { normalizeWorkspacePath } from './workspace-path';

/** Dockerfiles that a project names in the option `dockerfile` of a target, workspace-relative. */
export interface ClaimedDockerfiles {
  readonly byAnyone: ReadonlySet<string>;
  /** By root of the project. */
  readonly byRoot: ReadonlyMap<string, ReadonlySet<string>>;
}

interface ClaimGround {
  readonly options: PluginOptions;
  readonly targetDefaults: unknown;
}

/** The Dockerfiles that projects name in their options: no project of its own is made of such a file. Pure. */
export function listClaimedDockerfiles(
  configurations: readonly ProjectConfiguration[],
  ground: ClaimGround,
): ClaimedDockerfiles {
  const claims = configurations.flatMap((configuration) =>
    Object.keys(configuration.declaredTargets).flatMap((targetName) => {
      const path = claimedDockerfileOf(targetName, configuration, ground);
      return path === undefined ? [] : [{ root: configuration.root, path }];
    }),
  );
  const byRoot = [...groupBy(claims, ({ root }) => root)];
  return {
    byAnyone: new Set(claims.map(({ path }) => path)),
    byRoot: new Map(byRoot.map(([root, group]) => [root, new Set(group.map(({ path }) => path))])),
  };
}

/** The Dockerfile that a stated target names; `undefined` where it names none, or builds no image of ours. Pure. */
export function claimedDockerfileOf(
  targetName: string,
  configuration: ProjectConfiguration,
  { options, targetDefaults }: ClaimGround,
): string | undefined {
  const declared = Object.hasOwn(configuration.declaredTargets, targetName)
    ? configuration.declaredTargets[targetName]
    : undefined;
  if (!declared || !buildsImage(targetName, configuration, options)) return undefined;
  const { root, statedName = '' } = configuration;
  const project = { name: statedName, root };
  const resolved = resolveTargetOptions({
    kind: 'image-build',
    targetName,
    inferred: {},
    declared,
    targetDefaults,
    project,
  });
  const { dockerfile } = resolved;
  return typeof dockerfile === 'string' && dockerfile !== '' ? normalizeWorkspacePath(dockerfile) : undefined;
}

/** By its executor or its name; also by the name of one of several images, for which no executor is stated. */
function buildsImage(targetName: string, { declaredTargets }: ProjectConfiguration, options: PluginOptions): boolean {
  const declared = declaredTargets[targetName];
  if (!declared) return false;
  if (kindOfTarget(targetName, declared, options) === 'image-build') return true;
  const isOneOfSeveral = targetName.startsWith(`${targetNameOf('image-build', options)}-`);
  return isOneOfSeveral && declared.executor === undefined && !declared.runsCommand;
}
