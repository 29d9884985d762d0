import type { FilteredTree } from '../../build-context/filtered-tree';
import { selectFiles } from '../../build-context/narrowing/files/select-files';
import { selectNxDependencies } from '../../build-context/narrowing/nx/select-nx-dependencies';
import type { NarrowRule } from '../../build-context/narrowing/parse-narrow-rule';
import type { RuleSelection } from '../../build-context/narrowing/rule-selection';
import type { CopySources } from '../../dockerfile/list-copy-sources';
import type { ImageBuildJob } from './image-build-options';
import type { PlanningGround } from './planning-ground';

/** What each rule of an image lets through, on a tree that is shared with other images. */
export function openRuleSelector(
  job: ImageBuildJob,
  tree: FilteredTree,
  sources: CopySources,
  ground: PlanningGround,
): (rule: NarrowRule) => RuleSelection {
  return (rule) => {
    switch (rule.kind) {
      case 'files':
        return selectFiles(rule.glob, tree);
      case 'nx-dependencies': {
        const projects = ground.place.listProjects();
        const root = projects.get(job.project)?.root ?? '';
        return selectNxDependencies({
          project: { name: job.project, root },
          projects,
          tree,
          contextRoot: job.buildContext,
        });
      }
      case 'go':
        throw new Error(`go: is not there yet ${sources.runs.length}`);
    }
  };
}
