import { selectFiles } from './files/select-files';
import type { NarrowRule } from './parse-narrow-rule';
import type { ContextTree, RuleSelection } from './rule-selection';
import type { GraphProject } from './nx/projects-of-graph';
import { selectNxDependencies } from './nx/select-nx-dependencies';

/** Where a rule stands. */
export interface RuleGround {
  readonly tree: ContextTree;
  /** Workspace-relative; `''` is the root of the workspace. */
  readonly contextRoot: string;
  readonly project: string;
  /** All projects of Nx's graph. */
  readonly projects: () => ReadonlyMap<string, GraphProject>;
}

/**
 * What one narrowing rule lets through.
 * @throws {SlipwayError} CONTEXT_NARROW codes for a rule that names nothing
 */
export function selectByRule(rule: NarrowRule, ground: RuleGround): RuleSelection {
  switch (rule.kind) {
    case 'files':
      return selectFiles(rule.glob, ground.tree);
    case 'nx-dependencies': {
      const projects = ground.projects();
      const root = projects.get(ground.project)?.root ?? '';
      const { tree, contextRoot } = ground;
      return selectNxDependencies({ project: { name: ground.project, root }, projects, tree, contextRoot });
    }
    case 'go':
      throw new Error('go: is not there yet');
  }
}
