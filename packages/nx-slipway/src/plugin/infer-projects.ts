import type { TargetConfiguration } from '@nx/devkit';
import { describeProblem, type Problem } from '../errors/slipway-error';
import type { UnseenPlace } from './add-unseen-inputs';
import type { ContextFiles } from './context-files';
import { findProjects, type SourceProject } from './find-projects';
import { findUnknownPackages } from './find-unknown-packages';
import { groupBy } from './group-by';
import { listRecipeInputs } from './list-recipe-inputs';
import { linkTargets } from './link-targets';
import { planTargets, wholeClusterChoice, type PlanningGround } from './plan-targets';
import { targetNameOf, type PluginOptions, type PluginOptionsResult } from './plugin-options';
import { renderTargets } from './render-target';
import { resolveImageNames } from './resolve-image-names';
import { asProblem, isIntendedAs, targetId, type TargetPlan } from './target-plan';
import type { WorkspaceFiles } from './workspace-files';

/** The folder of the cluster's project. It need not exist, and no file of the workspace lies in it. */
export const CLUSTER_ROOT = '.slipway/cluster';

/** Everything that inference depends on. */
export interface InferenceRequest {
  readonly files: WorkspaceFiles;
  /** Build contexts on disk; not given where nothing is to be narrowed. */
  readonly contexts?: ContextFiles | undefined;
  readonly pluginOptions: PluginOptionsResult;
  /** `targetDefaults` of nx.json. */
  readonly targetDefaults: unknown;
  /** Platform of the machine that makes the graph: the default of `platform`, so that it is in the hash. */
  readonly platform: string;
  /** Whole hours since 1970 when the graph is made: what `refresh` counts in. */
  readonly hour: number;
  /** What identifies this build of the plugin. */
  readonly buildId: string | undefined;
}

/** What is inferred for one project. */
export interface InferredProject {
  readonly name: string;
  /** Workspace-relative. */
  readonly root: string;
  /** The file to which Nx attributes it. */
  readonly configFile: string;
  readonly targets: Readonly<Record<string, TargetConfiguration>>;
  /** By target, where to look for what Nx does not hash. */
  readonly unseenIn: Readonly<Record<string, readonly UnseenPlace[]>>;
}

/**
 * Infers all targets of a workspace and the edges between them. What is wrong becomes a target that reports it in place of
 * the one concerned. Projects without targets of ours are left out. Pure but for reading through `files`.
 */
export function inferProjects(request: InferenceRequest): readonly InferredProject[] {
  const { files, buildId } = request;
  const { options } = request.pluginOptions;
  const projects = findProjects({ files, options, targetDefaults: request.targetDefaults });
  const plans = resolveImageNames(planAll(projects, { ...request, options, recipeInputs: listRecipeInputs(files) }));
  const linked = linkTargets(applyGeneralProblems(plans, projects, request), {
    clusterUp: clusterUpOf(projects, options),
    projectNames: new Set(projects.map(({ name }) => name)),
  });
  const configFiles = new Map(projects.map(({ root, configFile }) => [root, configFile]));
  return [...groupBy(linked, ({ plan }) => plan.project.root)].map(([root, targets]) => ({
    name: targets[0]?.plan.project.name ?? '',
    root,
    configFile: configFiles.get(root) ?? defaultConfigFile(files),
    targets: Object.assign(
      {},
      ...targets.map((target) => renderTargets(target, buildId)),
    ) as InferredProject['targets'],
    unseenIn: Object.fromEntries(
      targets.flatMap(({ plan }) =>
        plan.kind === 'image-build' && plan.unseenIn.length > 0 ? [[plan.targetName, plan.unseenIn] as const] : [],
      ),
    ),
  }));
}

function planAll(projects: readonly SourceProject[], ground: PlanningGround): readonly TargetPlan[] {
  const ofProjects = projects.flatMap((project) => planTargets(project, ground));
  return [...ofProjects, ...planCluster(projects, ground.options)];
}

/** The cluster's targets; on the project that has the cluster's name, if there is one, where they report that. */
function planCluster(projects: readonly SourceProject[], options: PluginOptions): readonly TargetPlan[] {
  if (options.cluster === false) return [];
  const choice = wholeClusterChoice(options);
  const taken = findNameTaker(projects, options);
  const project = { name: clusterProjectName(projects, options), root: taken?.root ?? CLUSTER_ROOT };
  return (['cluster-up', 'cluster-down'] as const).map((kind) => {
    const targetName = targetNameOf(kind, options);
    return { kind, project, targetName, inferredOptions: choice, executorIsStated: false, warnings: [] };
  });
}

function clusterUpOf(projects: readonly SourceProject[], options: PluginOptions) {
  if (options.cluster === false) return undefined;
  return { project: clusterProjectName(projects, options), target: targetNameOf('cluster-up', options) };
}

/** A `project.json` in the cluster's folder may give its project another name. */
function clusterProjectName(projects: readonly SourceProject[], { cluster }: PluginOptions): string {
  const stated = projects.find(({ root }) => root === CLUSTER_ROOT)?.name;
  return stated ?? (cluster === false ? '' : cluster.project);
}

function findNameTaker(projects: readonly SourceProject[], options: PluginOptions): SourceProject | undefined {
  const name = clusterProjectName(projects, options);
  return projects.find((project) => project.name === name && project.root !== CLUSTER_ROOT);
}

/** Problems that concern more than one project's own files. */
function applyGeneralProblems(
  plans: readonly TargetPlan[],
  projects: readonly SourceProject[],
  request: InferenceRequest,
): readonly TargetPlan[] {
  const { files, pluginOptions } = request;
  const unknownPackages = findUnknownPackages(
    plans.flatMap((plan) => (plan.kind === 'e2e' ? plan.testPackages : [])),
    files,
  );
  const optionsProblem = findOptionsProblem(pluginOptions);
  const clusterProblem = findClusterProblem(projects, pluginOptions.options);
  return plans.map((plan) => {
    const problem =
      optionsProblem ?? (needsCluster(plan) ? clusterProblem : undefined) ?? findPackageProblem(plan, unknownPackages);
    return problem && plan.kind !== 'problem' ? asProblem(plan, problem) : plan;
  });
}

function needsCluster(plan: TargetPlan): boolean {
  return plan.kind !== 'image-group' && !isIntendedAs(plan, 'image-build');
}

function findOptionsProblem(pluginOptions: PluginOptionsResult): Problem | undefined {
  if (pluginOptions.status === 'valid') return undefined;
  return describeProblem('CONFIG_PLUGIN_OPTIONS_INVALID', { reason: pluginOptions.reason });
}

function findClusterProblem(projects: readonly SourceProject[], options: PluginOptions): Problem | undefined {
  if (options.cluster === false) return undefined;
  const taken = findNameTaker(projects, options);
  return taken && describeProblem('CONFIG_CLUSTER_NAME_TAKEN', { project: taken.name, root: taken.root });
}

function findPackageProblem(plan: TargetPlan, unknownPackages: ReadonlySet<string>): Problem | undefined {
  if (plan.kind !== 'e2e') return undefined;
  const unknown = plan.testPackages.find((name) => unknownPackages.has(name));
  return unknown === undefined
    ? undefined
    : describeProblem('CONFIG_TEST_PACKAGE_UNKNOWN', { target: targetId(plan), package: unknown });
}

function defaultConfigFile(files: WorkspaceFiles): string {
  return files.paths.includes('nx.json') ? 'nx.json' : (files.paths[0] ?? 'nx.json');
}
