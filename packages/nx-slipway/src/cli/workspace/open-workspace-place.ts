import type { ProjectGraph } from '@nx/devkit';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { resolveMachineStore } from '../../artifact/machine-paths';
import { projectsOfGraph } from '../../build-context/narrowing/nx/projects-of-graph';
import type { Tools } from '../../exec/tools';
import { ENGINE_VARIABLE } from '../../executors/open-image-store';
import { resolveTaskOutputs } from '../../executors/resolve-task-outputs';
import type { WorkspacePlace } from '../../executors/task-place';
import type { WorkspaceImage } from '../../plugin/list-workspace-images';

/**
 * A workspace as planning needs it. Nx's project graph is made only where an image needs it: for the outputs of other targets
 * (`copiesOutputsOf`) and for the projects that one depends on (`nx:dependencies`, also where that may be suggested); it takes a
 * second or more.
 */
export async function openWorkspacePlace(
  workspaceRoot: string,
  images: readonly WorkspaceImage[],
  tools: Pick<Tools, 'env'>,
): Promise<WorkspacePlace> {
  const isNeeded = images.some(needsGraph);
  const mayHelp = isNeeded || images.some((image) => mayUseNxDependencies(image, workspaceRoot));
  // Where it may only lead to a suggestion, a graph that Nx cannot make is no error.
  const graph = mayHelp ? await loadProjectGraph().catch(rethrowIf(isNeeded)) : undefined;
  return {
    workspaceRoot,
    engineVariable: tools.env[ENGINE_VARIABLE],
    machineStore: resolveMachineStore(tools.env),
    workspaceImages: images,
    outputsOf: (project, target) => resolveTaskOutputs(project, graph?.nodes[project]?.data, target),
    listProjects: () => (graph ? projectsOfGraph(graph) : new Map()),
  };
}

function rethrowIf(isNeeded: boolean): (error: unknown) => undefined {
  return (error) => {
    if (isNeeded) throw error;
    return undefined;
  };
}

function needsGraph({ options }: WorkspaceImage): boolean {
  return options['copiesOutputsOf'] !== undefined || JSON.stringify(options['narrow'] ?? {}).includes('nx:');
}

/** `nx:dependencies` is suggested only for an npm package below the root that is built from there. */
function mayUseNxDependencies({ options, projectRoot }: WorkspaceImage, workspaceRoot: string): boolean {
  const contextRoot = options['buildContext'] ?? projectRoot;
  const isBuiltFromRoot = contextRoot === '' || contextRoot === '.';
  return (
    isBuiltFromRoot && !['', '.'].includes(projectRoot) && existsSync(join(workspaceRoot, projectRoot, 'package.json'))
  );
}

async function loadProjectGraph(): Promise<ProjectGraph> {
  const { createProjectGraphAsync } = await import('@nx/devkit');
  return createProjectGraphAsync({ exitOnError: false });
}
