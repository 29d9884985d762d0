import * as z from 'zod';
import { SlipwayError } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import { isVersionAtLeast } from '../version-order';
import { describeDockerFailure } from './docker-problems';

/** The oldest docker, client and daemon, that this plugin works with: the first whose client takes secrets from the environment. */
export const MINIMUM_DOCKER_VERSION = '20.10';

/** From this version on, a client's `docker build` is buildx, and it has no BuildKit client of its own (docker/cli 23.0). */
export const BUILDX_CLIENT_VERSION = '23.0';

/** What is there of docker. */
export interface DockerVersions {
  readonly client: string;
  readonly server: string;
  /** Which program `docker build` hands a build to. */
  readonly frontEnd: 'integrated' | 'buildx';
}

const versionsSchema = z.object({
  Client: z.object({ Version: z.string() }),
  Server: z.object({ Version: z.string() }).nullable(),
});

/** Reads the output of `docker version --format '{{json .}}'`; `undefined` where no daemon answered. */
export function parseDockerVersions(json: string): DockerVersions | undefined {
  const { Client, Server } = versionsSchema.parse(JSON.parse(json));
  if (Server === null) return undefined;
  const isBuildx = isVersionAtLeast(Client.Version, BUILDX_CLIENT_VERSION);
  return { client: Client.Version, server: Server.Version, frontEnd: isBuildx ? 'buildx' : 'integrated' };
}

/**
 * The versions of docker's client and daemon, once they are known to be new enough. One call to docker, which is asked each time:
 * another daemon may answer, and a build takes longer by far. A daemon whose version is no number (built from source) counts as new.
 * @throws {SlipwayError} ENGINE_NOT_FOUND, ENGINE_DAEMON_UNREACHABLE, ENGINE_VERSION_UNSUPPORTED
 */
export async function detectDockerVersions(tools: Pick<Tools, 'runner' | 'env' | 'signal'>): Promise<DockerVersions> {
  const args = ['version', '--format', '{{json .}}'];
  const result = await tools.runner.run('docker', args, { env: tools.env, signal: tools.signal });
  if (result.status !== 'ok') throw describeDockerFailure(result);
  const versions = parseDockerVersions(result.stdout);
  if (versions === undefined) throw describeDockerFailure(result);
  for (const version of [versions.client, versions.server]) {
    if (!/^\d/.test(version) || isVersionAtLeast(version, MINIMUM_DOCKER_VERSION)) continue;
    throw new SlipwayError('ENGINE_VERSION_UNSUPPORTED', {
      engine: 'docker',
      version,
      minimum: MINIMUM_DOCKER_VERSION,
    });
  }
  return versions;
}
