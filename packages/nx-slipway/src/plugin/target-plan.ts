import type { JsonObject } from '../artifact/json-object';
import type { Problem } from '../errors/slipway-error';
import type { UnseenPlace } from './add-unseen-inputs';
import type { TaskName } from './parse-task-name';
import type { TargetKind } from './plugin-options';

/** What every planned target has. */
interface PlanBase {
  readonly project: { readonly name: string; readonly root: string };
  /** Name of the target, e.g. `image-build`. */
  readonly targetName: string;
  /** The options that inference gives; the project's own are merged over them by Nx. */
  readonly inferredOptions: JsonObject;
  /** The project's own configuration names the executor, so that Nx would drop an inferred target with another one. */
  readonly executorIsStated: boolean;
  /** What the target says when it runs, besides what it does. */
  readonly warnings: readonly Problem[];
}

/** An image that is to be built. */
export interface ImageBuildPlan extends PlanBase {
  readonly kind: 'image-build';
  readonly image: string;
  /** The configuration gives the name, or the target itself. */
  readonly imageIsStated: boolean;
  /** Workspace-relative. */
  readonly dockerfile: string;
  /** Workspace-relative; `.` is the workspace's root. */
  readonly buildContext: string;
  /** Names of the images that the Dockerfile starts from or copies from. */
  readonly baseImages: readonly string[];
  /** Filesets of Nx for everything that the build can read. */
  readonly inputGlobs: readonly string[];
  /** Nodes of npm packages in Nx's graph that it depends on. */
  readonly externalPackages: readonly string[];
  /** Commands whose output Nx hashes. */
  readonly runtimeInputs: readonly string[];
  /** Where to look for what Nx does not hash. */
  readonly unseenIn: readonly UnseenPlace[];
  /** Targets whose outputs the Dockerfile copies. */
  readonly copiedOutputs: readonly TaskName[];
  /** Whether it has build arguments whose values come with the build. */
  readonly hasStamps: boolean;
  /** False where equal inputs do not promise an equal image. */
  readonly reusable: boolean;
}

/** All images of a project that has several. */
export interface ImageGroupPlan extends PlanBase {
  readonly kind: 'image-group';
  /** Names of the project's targets that build them. */
  readonly targets: readonly string[];
  /** Whether one of them has stamps. */
  readonly hasStamps: boolean;
}

/** Manifests whose images are loaded, or that are deployed. */
export interface DeployPlan extends PlanBase {
  readonly kind: 'deploy-only' | 'image-load';
  /** As the option says, each a file or a folder, workspace-relative. */
  readonly manifests: readonly string[];
  /** Those, and those of the target's configurations: Nx asks for inputs and edges before it knows which one is run. */
  readonly possibleManifests: readonly string[];
  /** Filesets of Nx for what belongs to kustomizations and charts. */
  readonly inputGlobs: readonly string[];
  /** Names of the images in all possible manifests and charts. */
  readonly images: readonly string[];
  /** Names of the projects that must be deployed before, in whatever configuration; empty for `image-load`. */
  readonly needs: readonly string[];
  readonly preload: boolean;
}

/** A test command. */
export interface E2ePlan extends PlanBase {
  readonly kind: 'e2e';
  /** Filesets of Nx. */
  readonly testFiles: readonly string[];
  readonly testPackages: readonly string[];
}

/** Start or end of the cluster. */
export interface ClusterPlan extends PlanBase {
  readonly kind: 'cluster-up' | 'cluster-down';
}

/** A target that can only say what is wrong with it. */
export interface ProblemPlan extends PlanBase {
  readonly kind: 'problem';
  /** What the target would be. */
  readonly intendedKind: TargetKind | 'image-group';
  /** The image that an `image-build` would build, so that what runs it still waits for it and shows the problem. */
  readonly image?: string;
  readonly problem: Problem;
}

/** A target as its own project's files describe it; edges are made when all are known. */
export type TargetPlan = ImageBuildPlan | ImageGroupPlan | DeployPlan | E2ePlan | ClusterPlan | ProblemPlan;

/** What a target is, or would be if nothing were wrong with it. Pure. */
export function intendedKindOf(plan: TargetPlan): TargetKind | 'image-group' {
  return plan.kind === 'problem' ? plan.intendedKind : plan.kind;
}

/** Whether a target that has a problem, or none, is of a kind. Pure. */
export function isIntendedAs(plan: TargetPlan, kind: TargetKind): boolean {
  return intendedKindOf(plan) === kind;
}

/** The name of the image that a target builds, or would build if nothing were wrong with it. Pure. */
export function builtImageOf(plan: TargetPlan): string | undefined {
  return plan.kind === 'image-build' || plan.kind === 'problem' ? plan.image : undefined;
}

/** Replaces a target by one that reports a problem. Pure. */
export function asProblem(plan: TargetPlan, problem: Problem): ProblemPlan {
  const { project, targetName, executorIsStated, warnings } = plan;
  const image = builtImageOf(plan);
  return {
    kind: 'problem',
    intendedKind: intendedKindOf(plan),
    project,
    targetName,
    inferredOptions: {},
    executorIsStated,
    warnings,
    ...(image === undefined ? {} : { image }),
    problem,
  };
}

/** `project:target`, as one types it. Pure. */
export function targetId(plan: Pick<TargetPlan, 'project' | 'targetName'>): string {
  return `${plan.project.name}:${plan.targetName}`;
}
