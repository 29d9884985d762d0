import type { ProjectGraph } from '@nx/devkit';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { resolveMachineStore } from '../../artifact/machine-paths';
import { projectsOfGraph } from '../../build-context/narrowing/nx/projects-of-graph';
import { messageOf } from '../../build-context/file-system-error';
import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import { ENGINE_VARIABLE } from '../../executors/open-image-store';
import { resolveTaskOutputs } from '../../executors/resolve-task-outputs';
import type { WorkspacePlace } from '../../executors/task-place';
import type { WorkspaceImage } from '../../plugin/list-workspace-images';

/**
 * A workspace as planning needs it. Nx's project graph is made only where an image needs it: for the outputs of other targets
 * (`copiesOutputsOf`) and for the projects that one depends on (`nx:dependencies`, also where that may be suggested); it takes a
 * second or more.
 * @throws {SlipwayError} CONFIG_GRAPH_FAILED
 */
export async function openWorkspacePlace(
  workspaceRoot: string,
  images: readonly WorkspaceImage[],
  tools: Pick<Tools, 'env'>,
): Promise<WorkspacePlace> {
  const needing = images.filter(needsGraph).map(({ image }) => image);
  const mayHelp = needing.length > 0 || images.some((image) => mayUseNxDependencies(image, workspaceRoot));
  // Where it may only lead to a suggestion, a graph that Nx cannot make is no error.
  const graph = mayHelp ? await loadProjectGraph().catch(failIfNeeded(needing)) : undefined;
  return {
    workspaceRoot,
    engineVariable: tools.env[ENGINE_VARIABLE],
    machineStore: resolveMachineStore(tools.env),
    workspaceImages: images,
    outputsOf: (project, target) => resolveTaskOutputs(project, graph?.nodes[project]?.data, target),
    listProjects: () => (graph ? projectsOfGraph(graph) : new Map()),
  };
}

function failIfNeeded(images: readonly string[]): (error: unknown) => undefined {
  return (cause) => {
    if (images.length === 0) return undefined;
    throw new SlipwayError('CONFIG_GRAPH_FAILED', { images: images.join(', '), reason: messageOf(cause) }, { cause });
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
