import type { ProjectGraph } from '@nx/devkit';
import { resolveMachineStore } from '../../artifact/machine-paths';
import { projectsOfGraph } from '../../build-context/narrowing/nx/projects-of-graph';
import type { Tools } from '../../exec/tools';
import { ENGINE_VARIABLE } from '../../executors/open-image-store';
import { resolveTaskOutputs } from '../../executors/resolve-task-outputs';
import type { WorkspacePlace } from '../../executors/task-place';
import type { WorkspaceImage } from '../../plugin/list-workspace-images';

/**
 * A workspace as planning needs it. Nx's project graph is made only where an image needs it: for the outputs of other targets
 * (`copiesOutputsOf`) and for the projects that one depends on (`nx:dependencies`); it takes a second or more.
 */
export async function openWorkspacePlace(
  workspaceRoot: string,
  images: readonly WorkspaceImage[],
  tools: Pick<Tools, 'env'>,
): Promise<WorkspacePlace> {
  const graph = images.some(needsGraph) ? await loadProjectGraph() : undefined;
  return {
    workspaceRoot,
    engineVariable: tools.env[ENGINE_VARIABLE],
    machineStore: resolveMachineStore(tools.env),
    workspaceImages: images,
    outputsOf: (project, target) => resolveTaskOutputs(project, graph?.nodes[project]?.data, target),
    listProjects: () => (graph ? projectsOfGraph(graph) : new Map()),
  };
}

function needsGraph({ options }: WorkspaceImage): boolean {
  return options['copiesOutputsOf'] !== undefined || JSON.stringify(options['narrow'] ?? {}).includes('nx:');
}

async function loadProjectGraph(): Promise<ProjectGraph> {
  const { createProjectGraphAsync } = await import('@nx/devkit');
  return createProjectGraphAsync({ exitOnError: false });
}
