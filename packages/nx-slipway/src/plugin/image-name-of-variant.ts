import { imageNameOfProject } from '../artifact/image-name';

/**
 * The name of an image that gives none: that of its project, and for `Dockerfile.worker` the variant behind it, `web-worker`. Where
 * the variant begins with the project's name that is not repeated: `web.Dockerfile` of `web` gives `web`. Pure.
 * @param variant as an image name; `undefined` for the project's own image
 */
export function imageNameOfVariant(project: string, variant: string | undefined): string {
  const name = imageNameOfProject(project);
  if (variant === undefined) return name;
  const slash = name.lastIndexOf('/') + 1;
  const last = name.slice(slash);
  const repeats = variant === last || variant.startsWith(`${last}-`);
  return repeats ? `${name.slice(0, slash)}${variant}` : `${name}-${variant}`;
}
