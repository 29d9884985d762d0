import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Tools } from '../../exec/tools';
import { cgroupOfBuild } from './build-cgroup';
import { describePodmanFailure } from './podman-problems';

const listedContainer = z.object({ Id: z.string(), ImageID: z.string(), State: z.string() });
const externalContainers = z.array(listedContainer).nullable();
type ListedContainer = z.infer<typeof listedContainer>;

/** buildah's own record of a working container (buildah 1.28, `Builder`). */
const buildahRecord = z.object({ CommonBuildOpts: z.object({ CgroupParent: z.string().nullish() }).nullish() });

const LIST_ATTEMPTS = 3;

/**
 * The working containers that podman keeps for one build, one for each Dockerfile stage. podman's listing does not say whose
 * they are; buildah's record in the storage does, by the cgroup of the build. None where builds have no cgroup of their own.
 * @throws {SlipwayError} where podman cannot tell
 */
export async function listWorkingContainers(buildId: string, tools: Tools): Promise<string[]> {
  const working = (await listContainers(tools)).filter(({ State }) => State === 'storage');
  if (working.length === 0) return [];
  const storage = await findContainerStorage(working.map(({ ImageID }) => ImageID).find(Boolean), tools);
  const owners = await Promise.all(working.map(({ Id }) => readCgroup(join(storage, Id, 'userdata', 'buildah.json'))));
  return working.filter((_, index) => owners[index] === cgroupOfBuild(buildId)).map(({ Id }) => Id);
}

/** Tried again where a container of somebody else disappears while podman lists. */
async function listContainers(tools: Tools): Promise<ListedContainer[]> {
  const args = ['ps', '--all', '--external', '--no-trunc', '--format', 'json'];
  for (let attempt = 1; ; attempt++) {
    const listed = await tools.runner.run('podman', args, { env: tools.env });
    if (listed.status === 'ok') return externalContainers.parse(JSON.parse(listed.stdout || 'null')) ?? [];
    if (attempt === LIST_ATTEMPTS) throw describePodmanFailure(listed);
  }
}

/** `<graph root>/<driver>-containers`. An image's own layer folder tells the graph root; asking podman for it takes a second. */
async function findContainerStorage(imageId: string | undefined, tools: Tools): Promise<string> {
  if (imageId !== undefined) {
    const format = '{{.GraphDriver.Name}} {{.GraphDriver.Data.UpperDir}}';
    const inspected = await tools.runner.run('podman', ['image', 'inspect', '--format', format, imageId], {
      env: tools.env,
    });
    const storage = inspected.status === 'ok' ? parseContainerStorage(inspected.stdout.trim()) : undefined;
    if (storage !== undefined) return storage;
  }
  const format = '{{.Store.GraphRoot}}/{{.Store.GraphDriverName}}-containers';
  const asked = await tools.runner.run('podman', ['info', '--format', format], { env: tools.env });
  if (asked.status !== 'ok') throw describePodmanFailure(asked);
  return asked.stdout.trim();
}

/** From `overlay /var/lib/containers/storage/overlay/<id>/diff` to `/var/lib/containers/storage/overlay-containers`. */
export function parseContainerStorage(driverAndUpperFolder: string): string | undefined {
  const match = /^(\S+) (\/.*)\/(\S+)\/[0-9a-f]{64}\/diff$/.exec(driverAndUpperFolder);
  const [, driver, graphRoot, layers] = match ?? [];
  return driver !== undefined && driver === layers ? `${graphRoot}/${driver}-containers` : undefined;
}

/** `undefined` for a container that is gone by now or is not buildah's. */
async function readCgroup(path: string): Promise<string | undefined> {
  try {
    return buildahRecord.parse(JSON.parse(await readFile(path, 'utf8'))).CommonBuildOpts?.CgroupParent ?? undefined;
  } catch {
    return undefined;
  }
}
