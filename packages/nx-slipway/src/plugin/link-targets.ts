import { describeProblem, type Problem } from '../errors/slipway-error';
import { findCycleThrough, listCycleSuspects, renderCycle } from './find-cycle';
import { groupBy } from './group-by';
import { asProblem, builtImageOf, isIntendedAs, targetId } from './target-plan';
import type { DeployPlan, ImageBuildPlan, TargetPlan } from './target-plan';

/** Targets that must have run before another. */
export interface TargetEdge {
  readonly projects: readonly string[];
  readonly target: string;
}

/** A target with its edges. One that reports a problem has none, so that the graph always stands. */
export interface LinkedTarget {
  readonly plan: TargetPlan;
  readonly dependsOn: readonly TargetEdge[];
}

/** What linking needs to know besides the targets. */
export interface LinkingGround {
  /** The target that starts the cluster; `undefined` without a cluster. */
  readonly clusterUp: { readonly project: string; readonly target: string } | undefined;
  /** Names of all projects, those without targets of ours too. */
  readonly projectNames: ReadonlySet<string>;
}

/**
 * Makes the edges between targets: a build waits for the builds of the images that it is `FROM`; a deploy for the builds of
 * the images that it runs, for the cluster and for the deploys that it needs; a test for its own deploy. An unknown need, a
 * cycle or a name that two images have turns the targets concerned into ones that report it. Pure.
 */
export function linkTargets(plans: readonly TargetPlan[], ground: LinkingGround): readonly LinkedTarget[] {
  const index = indexPlans(plans);
  const cycles = { needs: asCycleGraph(listNeeds(index)), images: asCycleGraph(listBases(index)) };
  return plans.map((plan) => {
    const problem = findProblem(plan, index, cycles, ground);
    if (problem) return { plan: asProblem(plan, problem), dependsOn: [] };
    return { plan, dependsOn: groupEdges(listPredecessors(plan, index, ground)) };
  });
}

interface PlanIndex {
  readonly plans: readonly TargetPlan[];
  /** Image name to the targets that build it, those with a problem too: one, or there is another problem. */
  readonly builders: ReadonlyMap<string | undefined, readonly TargetPlan[]>;
  /** Project to its targets that deploy, those with a problem too. */
  readonly deploys: ReadonlyMap<string, readonly TargetPlan[]>;
}

interface CycleGraph {
  readonly edges: ReadonlyMap<string, readonly string[]>;
  readonly suspects: ReadonlySet<string>;
}

interface CycleGraphs {
  readonly needs: CycleGraph;
  readonly images: CycleGraph;
}

function asCycleGraph(edges: ReadonlyMap<string, readonly string[]>): CycleGraph {
  return { edges, suspects: listCycleSuspects(edges) };
}

function findCycle(node: string, { edges, suspects }: CycleGraph): readonly string[] | undefined {
  return suspects.has(node) ? findCycleThrough(node, edges) : undefined;
}

function indexPlans(plans: readonly TargetPlan[]): PlanIndex {
  const imageBuilds = plans.filter((plan) => builtImageOf(plan) !== undefined);
  const deploys = plans.filter((plan) => isIntendedAs(plan, 'deploy-only'));
  return {
    plans,
    builders: groupBy(imageBuilds, builtImageOf),
    deploys: groupBy(deploys, ({ project }) => project.name),
  };
}

function listNeeds({ deploys }: PlanIndex): ReadonlyMap<string, readonly string[]> {
  return new Map([...deploys].map(([project, plans]) => [project, plans.flatMap(needsOf)]));
}

function needsOf(plan: TargetPlan): readonly string[] {
  return plan.kind === 'deploy-only' ? plan.needs : [];
}

function listBases({ plans, builders }: PlanIndex): ReadonlyMap<string, readonly string[]> {
  const bases = (plan: TargetPlan): readonly string[] =>
    plan.kind === 'image-build'
      ? basesOf(plan)
          .flatMap((image) => builders.get(image) ?? [])
          .map(targetId)
      : [];
  return new Map(plans.map((plan) => [targetId(plan), bases(plan)]));
}

/** `FROM redis` in a project that itself builds `redis` means the one of a registry. */
function basesOf({ image, baseImages }: ImageBuildPlan): readonly string[] {
  return baseImages.filter((base) => base !== image);
}

function findProblem(
  plan: TargetPlan,
  index: PlanIndex,
  cycles: CycleGraphs,
  ground: LinkingGround,
): Problem | undefined {
  switch (plan.kind) {
    case 'image-build':
      return findDuplicate(plan, index) ?? findImageCycle(plan, cycles);
    case 'deploy-only':
      return findBadNeed(plan, index, ground) ?? findNeedsCycle(plan, cycles);
    case 'e2e':
      return index.deploys.has(plan.project.name)
        ? undefined
        : describeProblem('CONFIG_TEST_WITHOUT_DEPLOY', { target: targetId(plan), root: plan.project.root });
    default:
      return undefined;
  }
}

function findDuplicate(plan: ImageBuildPlan, { builders }: PlanIndex): Problem | undefined {
  const targets = (builders.get(plan.image) ?? []).map(targetId).toSorted();
  if (targets.length < 2) return undefined;
  return describeProblem('CONFIG_IMAGE_DUPLICATE', { image: plan.image, targets: targets.join(', ') });
}

function findImageCycle(plan: ImageBuildPlan, { images }: CycleGraphs): Problem | undefined {
  const cycle = findCycle(targetId(plan), images);
  return cycle && describeProblem('CONFIG_IMAGE_CYCLE', { cycle: renderCycle(cycle), dockerfile: plan.dockerfile });
}

function findBadNeed(plan: DeployPlan, { deploys }: PlanIndex, ground: LinkingGround): Problem | undefined {
  const need = plan.needs.find((name) => !deploys.has(name));
  if (need === undefined) return undefined;
  const target = targetId(plan);
  if (ground.projectNames.has(need)) return describeProblem('CONFIG_NEED_NOT_DEPLOYED', { target, need });
  const known = [...deploys.keys()].filter((name) => name !== plan.project.name).toSorted();
  return describeProblem('CONFIG_NEED_UNKNOWN', { target, need, known: known.join(', ') || 'there is none' });
}

function findNeedsCycle(plan: DeployPlan, { needs }: CycleGraphs): Problem | undefined {
  const cycle = findCycle(plan.project.name, needs);
  return cycle && describeProblem('CONFIG_NEEDS_CYCLE', { cycle: renderCycle(cycle) });
}

interface Predecessor {
  readonly project: string;
  readonly target: string;
}

function listPredecessors(plan: TargetPlan, index: PlanIndex, { clusterUp }: LinkingGround): readonly Predecessor[] {
  const cluster = clusterUp ? [clusterUp] : [];
  switch (plan.kind) {
    case 'image-build':
      return [...buildersOf(basesOf(plan), index), ...plan.copiedOutputs];
    case 'image-group':
      return plan.targets.map((target) => ({ project: plan.project.name, target }));
    case 'image-load':
      return [...buildersOf(plan.images, index), ...cluster];
    case 'deploy-only':
      return [
        ...plan.needs.flatMap((need) => (index.deploys.get(need) ?? []).map(asPredecessor)),
        ...buildersOf(plan.images, index),
        ...cluster,
        ...(plan.preload ? loadsOf(plan, index) : []),
      ];
    case 'e2e':
      return (index.deploys.get(plan.project.name) ?? []).map(asPredecessor);
    default:
      return [];
  }
}

function buildersOf(images: readonly string[], { builders }: PlanIndex): readonly Predecessor[] {
  return images.flatMap((image) => builders.get(image) ?? []).map(asPredecessor);
}

function loadsOf({ project }: DeployPlan, { plans }: PlanIndex): readonly Predecessor[] {
  return plans
    .filter((plan) => plan.project.name === project.name && isIntendedAs(plan, 'image-load'))
    .map(asPredecessor);
}

function asPredecessor({ project, targetName }: TargetPlan): Predecessor {
  return { project: project.name, target: targetName };
}

function groupEdges(predecessors: readonly Predecessor[]): readonly TargetEdge[] {
  const byTarget = groupBy(predecessors, ({ target }) => target);
  return [...byTarget].map(([target, group]) => ({
    projects: [...new Set(group.map(({ project }) => project))].toSorted(),
    target,
  }));
}
