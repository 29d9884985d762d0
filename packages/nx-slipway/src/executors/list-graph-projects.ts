import type { ProjectGraph } from '@nx/devkit';
import type { GraphProject } from './task-place';

/** The projects of Nx's project graph with their edges to other projects; edges to npm packages are left out. Pure. */
export function listGraphProjects(graph: ProjectGraph): ReadonlyMap<string, GraphProject> {
  return new Map(
    Object.values(graph.nodes).map(({ name, data }) => {
      const dependencies = (graph.dependencies[name] ?? []).map(({ target }) => target).filter((n) => n in graph.nodes);
      return [name, { root: data.root, dependencies: [...new Set(dependencies)] }];
    }),
  );
}
