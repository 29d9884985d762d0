import type { FilteredTree } from '../../build-context/filtered-tree';
import type { NarrowRule } from '../../build-context/narrowing/parse-narrow-rule';
import type { RuleSelection } from '../../build-context/narrowing/rule-selection';
import type { CopySources } from '../../dockerfile/list-copy-sources';
import type { ImageBuildJob } from './image-build-options';
import type { PlanningGround } from './planning-ground';

/** What each rule of an image lets through, on a tree that is shared with other images. */
export function openRuleSelector(
  _job: ImageBuildJob,
  _tree: FilteredTree,
  _sources: CopySources,
  _ground: PlanningGround,
): (rule: NarrowRule) => RuleSelection {
  return () => ({ files: new Map(), replaced: new Map(), globs: [], widened: [] });
}
