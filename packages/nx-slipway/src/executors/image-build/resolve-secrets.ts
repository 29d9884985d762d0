import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { SlipwayError } from '../../errors/slipway-error';
import type { ImageBuildJob } from './image-build-options';

/** The id of the secret that holds the host's CA bundle. */
export const HOST_CA_SECRET = 'host-ca';

/** Where distributions keep the CA bundle: Debian, Red Hat, SUSE, Alpine and macOS. */
const CA_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * Completes the secrets of a build: relative paths become absolute (from the workspace's root), and where the project
 * trusts the host's CA, its bundle is added as the secret `host-ca`. A secret is mounted while a RUN step runs; it is in
 * neither the image nor the content key.
 * @throws {SlipwayError} BUILD_SECRET_INVALID, BUILD_HOST_CA_MISSING
 */
export function resolveSecrets(job: ImageBuildJob, env: Readonly<Record<string, string | undefined>>): string[] {
  const secrets = job.options.secrets.map((secret) => resolveSecret(secret, job));
  return job.options.trustHostCa ? [...secrets, `id=${HOST_CA_SECRET},src=${findHostCaBundle(job, env)}`] : secrets;
}

/** What a secret may say (podman-build(1) and `docker buildx build`, `--secret`). */
const SECRET_FIELDS: ReadonlySet<string> = new Set(['id', 'type', 'src', 'source', 'env']);

function resolveSecret(secret: string, job: ImageBuildJob): string {
  const entries = secret.split(',').map(splitOnce);
  const fields = new Map(entries);
  const id = fields.get('id');
  const refuse = (reason: string): SlipwayError =>
    new SlipwayError('BUILD_SECRET_INVALID', { secret: id || '(without id)', project: job.project, reason });
  // Fields are not named in the message: one without a "=" may be the secret itself.
  if (!entries.every(([name]) => SECRET_FIELDS.has(name))) {
    throw refuse('it has a field other than id, type, src, source and env');
  }
  if (fields.size < entries.length) throw refuse('it has a field twice');
  if (!id) throw refuse('it has no id');
  const { file, variable } = listSources(fields, id, refuse);
  if (!file && !variable) throw refuse('it does not say where it comes from');
  if (file && variable) throw refuse('it names both a file and a variable');
  if (variable) return `id=${id},env=${variable}`;
  return `id=${id},src=${isAbsolute(file) ? file : join(job.workspaceRoot, file)}`;
}

/** With `type=env` the source is a variable; where it names none, the id does. */
function listSources(
  fields: ReadonlyMap<string, string>,
  id: string,
  refuse: (reason: string) => SlipwayError,
): { file: string; variable: string } {
  const type = fields.get('type');
  const source = fields.get('src') || fields.get('source') || '';
  const variable = fields.get('env') ?? '';
  switch (type) {
    case undefined:
      return { file: source, variable };
    case 'file':
      if (variable) throw refuse('it has the type file and names a variable');
      return { file: source, variable: '' };
    case 'env':
      return { file: variable && source, variable: variable || source || id };
    default:
      throw refuse('its type is neither env nor file');
  }
}

function splitOnce(field: string): [string, string] {
  const at = field.indexOf('=');
  return at < 0 ? [field.trim(), ''] : [field.slice(0, at).trim(), field.slice(at + 1)];
}

function findHostCaBundle(job: ImageBuildJob, env: Readonly<Record<string, string | undefined>>): string {
  const candidates = [env['SSL_CERT_FILE'], ...CA_BUNDLES].filter((path) => path !== undefined && path !== '');
  const found = candidates.find((path) => existsSync(path as string));
  if (found === undefined) {
    throw new SlipwayError('BUILD_HOST_CA_MISSING', { project: job.project, tried: candidates.join(', ') });
  }
  return found;
}
