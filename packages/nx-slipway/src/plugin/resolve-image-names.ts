import { isValidImageName } from '../artifact/image-name';
import { describeProblem } from '../errors/slipway-error';
import { groupBy } from './group-by';
import { builtImageOf, targetId, type ImageBuildPlan, type TargetPlan } from './target-plan';

/**
 * Gives every image a name of its own where the names come from projects and files: the first project keeps one that several
 * have, one that states it before all others; images of the others are named after the project's path, with a warning. Two that state
 * the same name, or that one project has twice, stay as they are: linking reports them. Pure.
 */
export function resolveImageNames(plans: readonly TargetPlan[]): readonly TargetPlan[] {
  const taken = new Set(plans.flatMap((plan) => builtImageOf(plan) ?? []));
  const byName = groupBy(plans, builtImageOf);
  const renamed = new Map<TargetPlan, TargetPlan>();
  for (const [name, group] of byName) {
    if (name === undefined || group.length < 2) continue;
    const keeper = group.find(isStated) ?? group[0];
    for (const plan of group) {
      if (plan.kind !== 'image-build' || isStated(plan) || plan.project.root === keeper?.project.root) continue;
      const free = firstFreeName(plan, taken);
      taken.add(free);
      renamed.set(plan, renameImage(plan, free, keeper ? targetId(keeper) : ''));
    }
  }
  return plans.map((plan) => renamed.get(plan) ?? plan);
}

/** A target with a problem may state it or not: nobody can tell, so it is left alone. */
function isStated(plan: TargetPlan): boolean {
  return plan.kind !== 'image-build' || plan.imageIsStated;
}

function firstFreeName({ image, project }: ImageBuildPlan, taken: ReadonlySet<string>): string {
  const path = project.root
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  const last = image.slice(image.lastIndexOf('/') + 1);
  const base = path === '' || path.endsWith(last) ? path || last : `${path}-${last}`;
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name) && (isValidImageName(name) || number > taken.size + 1)) return name;
  }
}

function renameImage(plan: ImageBuildPlan, image: string, keeper: string): ImageBuildPlan {
  const target = targetId(plan);
  const warning = describeProblem('CONFIG_IMAGE_RENAMED', { target, wanted: plan.image, image, keeper });
  const inferredOptions = { ...plan.inferredOptions, image };
  return { ...plan, image, inferredOptions, warnings: [...plan.warnings, warning] };
}
