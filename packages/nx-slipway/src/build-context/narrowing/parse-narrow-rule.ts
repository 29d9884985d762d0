import * as z from 'zod';
/** One rule of the option `narrow`. */
export type NarrowRule =
  | { readonly kind: 'go'; readonly package: string }
  | { readonly kind: 'nx-dependencies' }
  | { readonly kind: 'files'; readonly glob: string };

export interface NarrowedCopy {
  readonly copyText: string;
  readonly rules: readonly NarrowRule[];
  readonly trusted: boolean;
}

export const narrowSchema = z.record(
  z.string(),
  z.union([z.array(z.string()), z.strictObject({ rules: z.array(z.string()), trusted: z.boolean().optional() })]),
);
export function parseNarrow(_: z.infer<typeof narrowSchema>): readonly NarrowedCopy[] {
  return [];
}
