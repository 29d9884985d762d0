import type { ExecutorContext, TargetConfiguration } from '@nx/devkit';
import { resolveMachineStore } from '../artifact/machine-paths';
import { projectsOfGraph, type GraphProject } from '../build-context/narrowing/nx/projects-of-graph';
import type { Tools } from '../exec/tools';
import { listWorkspaceImages, type WorkspaceImage } from '../plugin/list-workspace-images';
import { ENGINE_VARIABLE } from './open-image-store';
import { resolveTaskOutputs } from './resolve-task-outputs';

/** A workspace as the planning of its images needs it. */
export interface WorkspacePlace {
  /** Absolute. */
  readonly workspaceRoot: string;
  /** The value of NX_SLIPWAY_ENGINE, which wins over the option `engine`. */
  readonly engineVariable?: string | undefined;
  /** Absolute path of this user's machine store. */
  readonly machineStore: string;
  /** Every image that a project of this workspace builds. */
  readonly workspaceImages: readonly WorkspaceImage[];
  /** Workspace-relative outputs of a target, tokens replaced; `undefined` where there is no such target. */
  outputsOf(project: string, target: string): readonly string[] | undefined;
  /** Every project with the names of those that it depends on, as Nx's project graph has it. */
  listProjects(): ReadonlyMap<string, GraphProject>;
}

/** Where a task runs and what stands around it. */
export interface TaskPlace extends WorkspacePlace {
  readonly project: string;
  /** Name of the target, e.g. `image-build`. */
  readonly target: string;
  /** Workspace-relative. */
  readonly projectRoot: string;
  /** The deploy of a project; `undefined` where it has none. */
  findDeploy(project: string): DeployTarget | undefined;
}

/** A target that deploys a project. */
export interface DeployTarget {
  readonly target: string;
  /** Names of the projects whose deploys it waits for, in whatever configuration it is run. */
  readonly needs: readonly string[];
}

/** Reads the place of a task from what Nx gives its executor. */
export function describeTaskPlace(context: ExecutorContext, tools: Pick<Tools, 'env'>): TaskPlace {
  const { projects } = context.projectsConfigurations;
  const project = context.projectName ?? '';
  return {
    workspaceRoot: context.root,
    project,
    target: context.targetName ?? '',
    projectRoot: projects[project]?.root ?? '',
    engineVariable: tools.env[ENGINE_VARIABLE],
    machineStore: resolveMachineStore(tools.env),
    workspaceImages: listWorkspaceImages(projects),
    outputsOf: (name, target) => resolveTaskOutputs(name, projects[name], target),
    listProjects: () => projectsOfGraph(context.projectGraph),
    findDeploy: (name) => findDeploy(projects[name]?.targets ?? {}),
  };
}

type NeedingOptions = { readonly needs?: readonly string[] } | undefined;

function findDeploy(targets: Readonly<Record<string, TargetConfiguration>>): DeployTarget | undefined {
  const found = Object.entries(targets).find(([, { executor }]) => executor === 'nx-slipway:deploy-only');
  if (!found) return undefined;
  const [target, configuration] = found;
  const configured: Readonly<Record<string, NeedingOptions>> = configuration.configurations ?? {};
  const all = [configuration.options as NeedingOptions, ...Object.values(configured)];
  return { target, needs: [...new Set(all.flatMap((stated) => stated?.needs ?? []))] };
}
