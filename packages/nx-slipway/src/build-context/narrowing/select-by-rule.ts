import { selectFiles } from './files/select-files';
import { scanTree, type GoFileScanner } from './go/go-file-scanner';
import type { GoModuleGraph } from './go/go-module-graph';
import type { GoModuleMode } from './go/go-modules';
import { selectGoPackages } from './go/select-go-packages';
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
  /** How Go files are read, what has been read already, and what the Dockerfile says of modules. */
  readonly go?: {
    readonly scanner: GoFileScanner;
    readonly graph: GoModuleGraph;
    readonly moduleMode: GoModuleMode;
  };
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
      return selectGoPackages({
        packages: [rule.package],
        tree: ground.tree,
        scanner: ground.go?.scanner ?? scanTree(ground.tree),
        // Without word of the Dockerfile, what is vendored and what is not are both taken.
        moduleMode: ground.go?.moduleMode ?? 'unknown',
        ...(ground.go && { graph: ground.go.graph }),
      });
  }
}
