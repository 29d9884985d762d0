import { selectFiles } from './files/select-files';
import type { GoFileScanner } from './go/go-file-scanner';
import type { GoModuleGraph } from './go/go-module-graph';
import type { GoModuleMode } from './go/go-modules';
import { selectGoPackages } from './go/select-go-packages';
import type { GraphProject } from './nx/projects-of-graph';
import { selectNxDependencies } from './nx/select-nx-dependencies';
import type { NarrowRule } from './parse-narrow-rule';
import type { ContextTree, RuleSelection } from './rule-selection';

/** What the `go:` rules of all images of one build context share: what one has read, the others need not read. */
export interface GoGround {
  readonly scanner: GoFileScanner;
  readonly graph: GoModuleGraph;
}

/** Where a rule stands. */
export interface RuleGround {
  readonly tree: ContextTree;
  /** Workspace-relative; `''` is the root of the workspace. */
  readonly contextRoot: string;
  /** The project whose image is built; `root` is workspace-relative. The graph need not have it. */
  readonly project: { readonly name: string; readonly root: string };
  /** All projects of Nx's graph. */
  readonly projects: () => ReadonlyMap<string, GraphProject>;
  readonly go: GoGround;
  /** As the Dockerfile says (`detectGoModuleMode`). */
  readonly goModuleMode: GoModuleMode;
}

/**
 * What one narrowing rule lets through.
 * @throws {SlipwayError} CONTEXT_NARROW codes for a rule that names nothing
 */
export function selectByRule(rule: NarrowRule, ground: RuleGround): RuleSelection {
  const { tree, contextRoot, project, projects, go, goModuleMode } = ground;
  switch (rule.kind) {
    case 'files':
      return selectFiles(rule.glob, tree);
    case 'nx-dependencies':
      return selectNxDependencies({ project, projects: projects(), tree, contextRoot });
    case 'go':
      return selectGoPackages({ packages: [rule.package], tree, ...go, moduleMode: goModuleMode });
  }
}
