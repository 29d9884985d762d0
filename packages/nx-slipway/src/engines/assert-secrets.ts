import { access, constants } from 'node:fs/promises';
import { SlipwayError } from '../errors/slipway-error';

/** A secret as `--secret` takes it, apart. */
export interface SecretSource {
  readonly id: string;
  readonly kind: 'file' | 'environment';
  /** Absolute path of the file, or name of the variable. */
  readonly source: string;
}

/** Reads `id=pip,src=/path` and `id=token,env=NAME`; the id names the variable where neither is given (podman-build(1)). */
export function parseSecret(secret: string): SecretSource {
  const fields = new Map(
    secret.split(',').map((field) => [field.split('=', 1)[0] ?? '', field.replace(/^[^=]*=/, '')]),
  );
  const id = fields.get('id') ?? '';
  const file = fields.get('src') ?? fields.get('source');
  return file === undefined
    ? { id, kind: 'environment', source: fields.get('env') ?? id }
    : { id, kind: 'file', source: file };
}

/**
 * Asserts that every secret can be read, before the engine is started. The value of none is looked at.
 * @throws {SlipwayError} BUILD_SECRET_MISSING
 */
export async function assertSecretsReadable(
  secrets: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const { id, kind, source } of secrets.map(parseSecret)) {
    if (kind === 'environment' && env[source] === undefined) {
      throw new SlipwayError('BUILD_SECRET_MISSING', { id, source: `the environment variable ${source}` });
    }
    if (kind === 'file') {
      await access(source, constants.R_OK).catch((cause: unknown) => {
        throw new SlipwayError('BUILD_SECRET_MISSING', { id, source }, { cause });
      });
    }
  }
}
