import * as z from 'zod';

/** An image's config in Docker's form; the OCI form (image-spec 1.1) has no `OnBuild`. */
const imageConfig = z.object({ config: z.object({ OnBuild: z.array(z.string()).nullish() }).nullish() });

/** The ONBUILD triggers in the JSON of an image's config. Throws a plain error for anything else. Pure. */
export function parseOnbuild(configJson: string): readonly string[] {
  return imageConfig.parse(JSON.parse(configJson)).config?.OnBuild ?? [];
}
