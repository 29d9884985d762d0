import type { z } from 'zod';
import { SlipwayError } from '../errors/slipway-error';

/**
 * Validates what Nx gives an executor as options.
 * @param target `project:target`, for the message
 * @throws {SlipwayError} CONFIG_OPTIONS_INVALID with every complaint
 */
export function parseOptions<Options>(schema: z.ZodType<Options>, options: unknown, target: string): Options {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const reason = result.error.issues
    .map((issue) => `${issue.path.join('.') || 'options'}: ${issue.message}`)
    .join('; ');
  throw new SlipwayError('CONFIG_OPTIONS_INVALID', { target, reason });
}
