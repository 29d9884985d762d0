import type { ProjectGraph } from '@nx/devkit';

/** A project of the workspace, as the rule `nx:dependencies` needs it. */
export interface GraphProject {
  /** Workspace-relative; `''` is the root of the workspace. */
  readonly root: string;
  /** Names of the projects that it depends on directly. */
  readonly dependencies: readonly string[];
}

/** The projects of Nx's graph and the edges between them; edges to npm packages are left out. Pure. */
export function projectsOfGraph(
  graph: Pick<ProjectGraph, 'dependencies'> & {
    readonly nodes: Readonly<Record<string, { readonly data: { readonly root: string } }>>;
  },
): ReadonlyMap<string, GraphProject> {
  return new Map(
    Object.entries(graph.nodes).map(([name, { data }]) => {
      const targets = (graph.dependencies[name] ?? []).map(({ target }) => target);
      const dependencies = [...new Set(targets)].filter((target) => target in graph.nodes && target !== name);
      return [name, { root: normalizeRoot(data.root), dependencies }];
    }),
  );
}

/** Nx writes the root of the workspace as `.`. */
export function normalizeRoot(root: string): string {
  return root === '.' ? '' : root.replace(/^\.\//, '').replace(/\/+$/, '');
}
