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

function resolveSecret(secret: string, job: ImageBuildJob): string {
  const fields = new Map(secret.split(',').map((field) => splitOnce(field)));
  const source = fields.get('src') ?? fields.get('source');
  if (!fields.get('id') || (source === undefined && !fields.get('env'))) {
    throw new SlipwayError('BUILD_SECRET_INVALID', {
      secret: fields.get('id') || '(without id)',
      project: job.project,
    });
  }
  if (source === undefined) return `id=${fields.get('id')},env=${fields.get('env')}`;
  return `id=${fields.get('id')},src=${isAbsolute(source) ? source : join(job.workspaceRoot, source)}`;
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
