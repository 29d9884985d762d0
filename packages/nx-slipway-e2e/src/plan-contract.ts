import * as z from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const file = z.discriminatedUnion('kind', [
  z.strictObject({ path: z.string(), kind: z.literal('file'), mode: z.enum(['0644', '0755']), sha256 }),
  z.strictObject({ path: z.string(), kind: z.literal('directory'), mode: z.literal('0755') }),
  z.strictObject({ path: z.string(), kind: z.literal('link'), mode: z.literal('0777'), link: z.string() }),
]);

/** Version 1 of what `plan --json` prints, as docs/reference/command-line.md has it; written apart from the code that prints it. */
export const planContract = z.strictObject({
  schemaVersion: z.literal(1),
  images: z.array(
    z.strictObject({
      project: z.string(),
      target: z.string(),
      image: z.string(),
      dockerfile: z.string(),
      contextRoot: z.string(),
      files: z.array(file),
      bytes: z.int().nonnegative(),
      contentKey: sha256.nullable(),
      bases: z.array(z.strictObject({ reference: z.string(), digest: z.string().nullable() })),
      stamps: z.record(z.string(), z.string()),
      widened: z.array(z.strictObject({ line: z.int().positive().nullable(), reason: z.string() })),
      narrowing: z.enum(['none', 'proven', 'trusted', 'unproven']),
      suggestedNarrow: z.record(z.string(), z.array(z.string())).nullable(),
      reuse: z.strictObject({ engine: z.string(), imageId: z.string().regex(/^sha256:/) }).nullable(),
      unknown: z.partialRecord(z.enum(['contentKey', 'reuse', 'files']), z.string()),
      problems: z.array(
        z.looseObject({ code: z.string(), severity: z.string(), message: z.string(), hint: z.string() }),
      ),
    }),
  ),
});
