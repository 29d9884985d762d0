import { kindOfTarget } from './declared-targets';
import type { SourceImage, SourceProject } from './find-projects';
import { targetNameOf, type PluginOptions } from './plugin-options';

/** A target for an image that a project has by a Dockerfile. */
export interface ImageTarget {
  readonly targetName: string;
  readonly image: SourceImage;
}

/** The targets for the images of a project. */
export interface ImageTargets {
  readonly targets: readonly ImageTarget[];
  /** Name of the target for all of them, where there are several. */
  readonly group: string | undefined;
}

/**
 * Which targets build the images of a project: `image-build` the only one; of several each has `image-build-<image>`, and
 * `image-build` stands for all. Where the configuration states that `image-build` builds by this plugin's executor, it is
 * the main image's; where it says that it runs something else, the project builds its images by itself. Pure.
 */
export function listImageTargets(project: SourceProject, options: PluginOptions): ImageTargets {
  const { images, declaredTargets } = project;
  const base = targetNameOf('image-build', options);
  const declared = Object.hasOwn(declaredTargets, base) ? declaredTargets[base] : undefined;
  if (declared && kindOfTarget(base, declared, options) !== 'image-build') return { targets: [], group: undefined };
  const named = images.map((image) => ({ targetName: `${base}-${image.image.replaceAll('/', '-')}`, image }));
  const [only] = named;
  if (only && named.length === 1 && !Object.hasOwn(declaredTargets, only.targetName)) {
    return { targets: [{ ...only, targetName: base }], group: undefined };
  }
  const isOwnBuild = declared?.executor !== undefined;
  const targets = named.map((target) => (isOwnBuild && target.image.isMain ? { ...target, targetName: base } : target));
  return {
    targets: targets.filter(({ targetName }) => !runsByOtherMeans(targetName, project, options)),
    group: isOwnBuild || images.length === 0 ? undefined : base,
  };
}

function runsByOtherMeans(name: string, { declaredTargets }: SourceProject, options: PluginOptions): boolean {
  const declared = Object.hasOwn(declaredTargets, name) ? declaredTargets[name] : undefined;
  if (!declared) return false;
  return (
    declared.runsCommand || (declared.executor !== undefined && kindOfTarget(name, declared, options) === undefined)
  );
}
