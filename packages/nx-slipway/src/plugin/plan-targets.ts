import type { JsonObject } from '../artifact/json-object';
import * as z from 'zod';
import { imageNameOfProject, workspaceImageNameOf } from '../artifact/image-name';
import { refreshEpochOf } from '../build-context/refresh-epoch';
import { describeProblem, type Problem } from '../errors/slipway-error';
import { kindOfTarget, listConfigurations, resolveTargetOptions, type DeclaredTarget } from './declared-targets';
import type { ContextFiles } from './context-files';
import { listManifestInputs } from './list-manifest-inputs';
import { MAX_DOCKERFILE_LENGTH } from './dockerfile-length';
import type { SourceImage, SourceProject } from './find-projects';
import { deployConfigurations, deployGraphOptions, e2eGraphOptions, imageBuildGraphOptions } from './graph-options';
import { listImageTargets, type ImageTargets } from './list-image-targets';
import { planImageBuild, type ImageBuildReading } from './plan-image-build';
import { renderIssues, targetNameOf, type PluginOptions, type TargetKind } from './plugin-options';
import { parseTaskName } from './parse-task-name';
import { isIntendedAs } from './target-plan';
import type { DeployPlan, ImageGroupPlan, ProblemPlan, TargetPlan } from './target-plan';
import type { WorkspaceFiles } from './workspace-files';
import { joinWorkspacePath } from './workspace-path';

/** Everything besides a project that decides its targets. */
export interface PlanningGround {
  readonly files: WorkspaceFiles;
  /** Build contexts on disk; not given where there is none. */
  readonly contexts?: ContextFiles | undefined;
  readonly options: PluginOptions;
  /** `targetDefaults` of nx.json. */
  readonly targetDefaults: unknown;
  /** Platform of the machine that makes the graph, e.g. `linux/amd64`. */
  readonly platform: string;
  /** Whole hours since 1970 when the graph is made: what `refresh` counts in. */
  readonly hour: number;
  /** Nx filesets of the recipes of base images: inputs of every image. */
  readonly recipeInputs: readonly string[];
}

/** Test files of a project that names none. */
const DEFAULT_TEST_FILES = ['{projectRoot}/e2e/**/*'];

/**
 * Plans the targets of one project by its own files: which there are, their deciding options, which images they name. A
 * target whose options are not valid becomes one that says so. Sorted as they are run. Pure but for reading through `files`.
 */
export function planTargets(project: SourceProject, ground: PlanningGround): readonly TargetPlan[] {
  const images = listImageTargets(project, ground.options);
  const wanted = listWantedTargets(project, images, ground.options);
  const plans = wanted.flatMap((target) => planTarget(target, ground));
  const preloaded = plans.find((plan): plan is DeployPlan => plan.kind === 'deploy-only' && plan.preload);
  const hasLoad = wanted.some(({ kind }) => kind === 'image-load');
  return [
    ...plans,
    ...(images.group === undefined ? [] : [planImageGroup(project, images.group, plans)]),
    ...(preloaded && !hasLoad ? planPreload(preloaded, project, ground) : []),
  ];
}

/** A target that a project is to have. */
interface WantedTarget {
  readonly project: SourceProject;
  readonly kind: TargetKind;
  readonly targetName: string;
  readonly declared: DeclaredTarget | undefined;
  /** The image that a target builds by the project's files. */
  readonly image?: SourceImage;
}

function listWantedTargets(project: SourceProject, images: ImageTargets, options: PluginOptions): WantedTarget[] {
  const wanted = new Map<string, WantedTarget>();
  const want = (kind: TargetKind, targetName: string, image?: SourceImage): void => {
    const declared = declaredOf(project, targetName);
    wanted.set(targetName, { project, kind, targetName, declared, ...(image ? { image } : {}) });
  };
  for (const { targetName, image } of images.targets) want('image-build', targetName, image);
  if (project.manifests.length > 0 && options.cluster !== false) {
    want('deploy-only', targetNameOf('deploy-only', options));
  }
  for (const [targetName, declared] of Object.entries(project.declaredTargets)) {
    const kind = kindOfTarget(targetName, declared, options);
    if (wanted.get(targetName)?.image || targetName === images.group) continue;
    if (kind && isMeant(kind, declared)) want(kind, targetName);
    else if (!kind) wanted.delete(targetName);
  }
  return [...wanted.values()];
}

function declaredOf({ declaredTargets }: SourceProject, name: string): DeclaredTarget | undefined {
  return Object.hasOwn(declaredTargets, name) ? declaredTargets[name] : undefined;
}

/**
 * A target that is only named like one of ours may belong to another plugin: `e2e` counts with a command, a target of the
 * cluster only by its executor.
 */
function isMeant(kind: TargetKind, declared: DeclaredTarget): boolean {
  if (declared.executor !== undefined) return true;
  if (kind === 'e2e') return declared.options['command'] !== undefined;
  return kind !== 'cluster-up' && kind !== 'cluster-down';
}

function planTarget(target: WantedTarget, ground: PlanningGround): TargetPlan[] {
  if (target.kind !== 'image-build' && ground.options.cluster === false) {
    return [problemPlan(target, describeProblem('CONFIG_CLUSTER_DISABLED', { target: idOf(target) }))];
  }
  switch (target.kind) {
    case 'image-build':
      return [planImage(target, ground)];
    case 'image-load':
    case 'deploy-only':
      return [planDeploy(target, target.kind, { manifests: target.project.manifests }, ground)];
    case 'e2e':
      return [planE2e(target, ground)];
    case 'cluster-up':
    case 'cluster-down':
      return [{ ...planned(target, wholeClusterChoice(ground.options)), kind: target.kind }];
  }
}

function planImageGroup(project: SourceProject, targetName: string, plans: readonly TargetPlan[]): ImageGroupPlan {
  const builds = plans.filter((plan) => isIntendedAs(plan, 'image-build'));
  const target: WantedTarget = { project, kind: 'image-build', targetName, declared: declaredOf(project, targetName) };
  return {
    ...planned(target, {}),
    kind: 'image-group',
    targets: builds.map((plan) => plan.targetName).toSorted(),
    hasStamps: builds.some((plan) => plan.kind === 'image-build' && plan.hasStamps),
  };
}

function planImage(target: WantedTarget, ground: PlanningGround): TargetPlan {
  const { project, image: source } = target;
  const inferred = {
    dockerfile: source?.dockerfile ?? project.images[0]?.dockerfile ?? joinWorkspacePath(project.root, 'Dockerfile'),
    buildContext: source?.buildContext ?? project.images[0]?.buildContext ?? project.root,
    image: source?.image ?? imageNameOfProject(project.name),
    platform: ground.platform,
    engine: ground.options.engine,
    admission: ground.options.admission,
    ...defaultsOfGroup(target, ground),
  };
  const withEpoch = { ...inferred, ...epochOf(resolveOptions(target, inferred, ground), ground) };
  const resolved = resolveOptions(target, withEpoch, ground);
  const options = imageBuildGraphOptions.safeParse(resolved);
  if (!options.success)
    return { ...invalidOptions(target, renderIssues(options.error)), image: String(resolved['image']) };
  const { image, dockerfile, buildContext } = options.data;
  const length = ground.files.read(dockerfile)?.length ?? 0;
  if (length > MAX_DOCKERFILE_LENGTH) {
    const facts = { path: dockerfile, length, most: MAX_DOCKERFILE_LENGTH };
    return { ...problemPlan(target, describeProblem('DOCKERFILE_TOO_LONG', facts)), image };
  }
  const configured = z
    .array(imageBuildGraphOptions)
    .safeParse(listConfiguredOptions(target, withEpoch, ground).filter((all) => readsOtherwise(all, resolved)));
  if (!configured.success) return { ...invalidOptions(target, renderIssues(configured.error)), image };
  const readings = [options.data, ...configured.data].map((data) => planImageBuild({ ...data, project }, ground));
  const all = <Item>(list: (reading: ImageBuildReading) => readonly Item[]): Item[] => [
    ...new Set(readings.flatMap(list)),
  ];
  return {
    ...planned(target, withEpoch),
    kind: 'image-build',
    image,
    imageIsStated: source === undefined || statesImage(target, ground),
    dockerfile,
    buildContext,
    baseImages: listWorkspaceNames(all(({ references }) => references)),
    inputGlobs: [...all(({ inputGlobs }) => inputGlobs), ...ground.recipeInputs],
    externalPackages: all(({ externalPackages }) => externalPackages),
    runtimeInputs: all(({ runtimeInputs }) => runtimeInputs),
    unseenIn: all(({ unseenIn }) => unseenIn),
    copiedOutputs: options.data.copiesOutputsOf.map((task) => parseTaskName(task, project.name)),
    hasStamps: Object.keys(options.data.stamps).length > 0,
    reusable: readings.every(({ reusable }) => reusable),
  };
}

/** Options of `image-build` that decide which files it reads. */
const READING_OPTIONS = [
  'buildContext',
  'dockerfile',
  'targetStage',
  'buildArgs',
  'platform',
  'namedContexts',
  'narrow',
];

/** Whether a configuration may read other files than the target does without it: one target has one list of inputs. */
function readsOtherwise(configured: JsonObject, plain: JsonObject): boolean {
  return READING_OPTIONS.some((name) => JSON.stringify(configured[name]) !== JSON.stringify(plain[name]));
}

/** Resolved here, and not when the task runs, so that the hash, the build and its deploys agree. */
function epochOf({ refresh }: JsonObject, { hour }: PlanningGround): JsonObject {
  const epoch = typeof refresh === 'string' ? refreshEpochOf(refresh, hour) : undefined;
  return epoch === undefined ? {} : { refreshEpoch: epoch };
}

/** The project or `targetDefaults` give the name, so that it stays whatever is inferred. */
function statesImage(target: WantedTarget, ground: PlanningGround): boolean {
  return resolveOptions(target, defaultsOfGroup(target, ground), ground)['image'] !== undefined;
}

/**
 * What the target for all images of a project gives to each of them: Nx itself merges the options of a target into no other one.
 * The name and the Dockerfile are for the project's main image only.
 */
function defaultsOfGroup({ project, targetName, image }: WantedTarget, ground: PlanningGround): JsonObject {
  const groupName = targetNameOf('image-build', ground.options);
  if (!image || targetName === groupName) return {};
  const target = {
    project,
    kind: 'image-build' as const,
    targetName: groupName,
    declared: declaredOf(project, groupName),
  };
  const { image: name, dockerfile, ...others } = resolveOptions(target, {}, ground);
  if (!image.isMain) return others;
  return {
    ...others,
    ...(name === undefined ? {} : { image: name }),
    ...(dockerfile === undefined ? {} : { dockerfile }),
  };
}

function planDeploy(
  target: WantedTarget,
  kind: 'deploy-only' | 'image-load',
  given: JsonObject,
  ground: PlanningGround,
): TargetPlan {
  const inferred = { ...given, ...clusterChoice(ground.options) };
  const options = deployGraphOptions.safeParse(resolveOptions(target, inferred, ground));
  if (!options.success) return invalidOptions(target, renderIssues(options.error));
  const configured = deployConfigurations.safeParse(listConfiguredOptions(target, inferred, ground));
  if (!configured.success) return invalidOptions(target, renderIssues(configured.error));
  const all = [options.data, ...configured.data];
  const possibleManifests = distinct(all.flatMap(({ manifests: paths }) => paths));
  if (options.data.manifests.length === 0 && options.data.helm.length === 0) {
    return problemPlan(
      target,
      describeProblem('CONFIG_MANIFESTS_MISSING', { target: idOf(target), root: target.project.root }),
    );
  }
  const inputs = all.map((data) => listManifestInputs(data, ground.files));
  return {
    ...planned(target, inferred),
    kind,
    manifests: options.data.manifests,
    possibleManifests,
    inputGlobs: distinct(inputs.flatMap(({ filesets }) => filesets)),
    images: listWorkspaceNames(inputs.flatMap(({ references }) => references)),
    needs: kind === 'deploy-only' ? distinct(all.flatMap(({ needs }) => needs)) : [],
    preload: options.data.preload,
  };
}

function planPreload(deploy: DeployPlan, project: SourceProject, ground: PlanningGround): TargetPlan[] {
  const targetName = targetNameOf('image-load', ground.options);
  const options = resolveOptions(
    {
      project,
      kind: 'deploy-only',
      targetName: deploy.targetName,
      declared: project.declaredTargets[deploy.targetName],
    },
    deploy.inferredOptions,
    ground,
  );
  const shared = Object.fromEntries(
    ['externalImages', 'imagePaths', 'helm']
      .filter((name) => options[name] !== undefined)
      .map((name) => [name, options[name]]),
  );
  const target: WantedTarget = { project, kind: 'image-load', targetName, declared: undefined };
  return [planDeploy(target, 'image-load', { manifests: deploy.manifests, ...shared }, ground)];
}

function listWorkspaceNames(references: readonly string[]): string[] {
  const names = references.map(workspaceImageNameOf).filter((name) => name !== undefined);
  return distinct(names);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function planE2e(target: WantedTarget, ground: PlanningGround): TargetPlan {
  const inferred = { testFiles: DEFAULT_TEST_FILES, testPackages: [], ...clusterChoice(ground.options) };
  const options = e2eGraphOptions.safeParse(resolveOptions(target, inferred, ground));
  if (!options.success) return invalidOptions(target, renderIssues(options.error));
  const { testFiles, testPackages } = options.data;
  return { ...planned(target, inferred), kind: 'e2e', testFiles, testPackages };
}

/** What a deploy has to know of the cluster. Changed options change hashes of all the project's targets, so it is no more than that. */
function clusterChoice({ engine, cluster }: PluginOptions): JsonObject {
  return cluster === false ? { engine } : { engine, cluster: withoutKeys(cluster, ['project', 'kind']) };
}

/** How the cluster is made, too: for `cluster-up`. Pure. */
export function wholeClusterChoice({ engine, cluster }: PluginOptions): JsonObject {
  return cluster === false ? { engine } : { engine, cluster: withoutKeys(cluster, ['project']) };
}

function withoutKeys(options: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !keys.includes(key)));
}

function resolveOptions(target: WantedTarget, inferred: JsonObject, { targetDefaults }: PlanningGround): JsonObject {
  return resolveTargetOptions({ ...target, inferred, targetDefaults });
}

/** A target's options in each of its configurations. */
function listConfiguredOptions(target: WantedTarget, inferred: JsonObject, ground: PlanningGround): JsonObject[] {
  const { targetDefaults } = ground;
  return listConfigurations({ ...target, targetDefaults }).map((configuration) =>
    resolveTargetOptions({ ...target, inferred, targetDefaults, configuration }),
  );
}

function planned(target: WantedTarget, inferredOptions: JsonObject) {
  const { name, root } = target.project;
  const executorIsStated = target.declared?.executor !== undefined;
  const warnings = target.image?.warnings ?? [];
  return { project: { name, root }, targetName: target.targetName, inferredOptions, executorIsStated, warnings };
}

function invalidOptions(target: WantedTarget, reason: string): ProblemPlan {
  return problemPlan(target, describeProblem('CONFIG_OPTIONS_INVALID', { target: idOf(target), reason }));
}

function problemPlan(target: WantedTarget, problem: Problem): ProblemPlan {
  return { ...planned(target, {}), kind: 'problem', intendedKind: target.kind, problem };
}

function idOf({ project, targetName }: WantedTarget): string {
  return `${project.name}:${targetName}`;
}
