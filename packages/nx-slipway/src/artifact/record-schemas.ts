import * as z from 'zod';
import type { AppliedRecord } from './applied-record';
import type { BuildRecord, ImageRecord } from './image-record';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is not "sha256:" and 64 hexadecimal digits');

/** Shape of `image.json`. */
export const imageRecordSchema: z.ZodType<ImageRecord> = z.strictObject({
  schemaVersion: z.literal(1),
  name: z.string().min(1),
  imageId: digest,
  platform: z.string().min(1),
  layers: z.array(z.strictObject({ diffId: digest, bytes: z.int().nonnegative() })).min(1),
});

/** Shape of `build.json`. */
export const buildRecordSchema: z.ZodType<BuildRecord> = z.strictObject({
  schemaVersion: z.literal(1),
  contentKey: z.string().regex(/^[0-9a-f]{64}$/, 'is not 64 hexadecimal digits'),
  engine: z.string(),
  stamps: z.record(z.string(), z.string()),
  stampsInKey: z.literal(true).optional(),
  configuration: z.string().min(1).optional(),
  bases: z.array(z.strictObject({ reference: z.string(), digest: z.string().nullable() })),
  stagedContext: z.strictObject({ files: z.int().nonnegative(), bytes: z.int().nonnegative() }),
  widened: z.array(z.strictObject({ line: z.int().nullable(), reason: z.string() })),
  proof: digest.optional(),
});

/** Shape of `applied.json`. */
export const appliedRecordSchema: z.ZodType<AppliedRecord> = z.strictObject({
  schemaVersion: z.literal(1),
  project: z.string(),
  cluster: z.strictObject({ provider: z.string(), version: z.string() }),
  manifestsDigest: digest,
  images: z.array(
    z.strictObject({ name: z.string(), imageId: digest, tag: z.string(), origin: z.enum(['image.json', 'same-key']) }),
  ),
  endpoints: z.array(
    z.strictObject({
      namespace: z.string(),
      service: z.string(),
      portName: z.string().nullable(),
      port: z.int(),
      scheme: z.string().min(1),
      url: z.url().nullable(),
    }),
  ),
});
