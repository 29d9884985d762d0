import * as z from 'zod';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import { OWN_IMAGE_LABEL } from '../own-image-label';
import type { OwnImage, OwnImages } from '../own-images';
import { describeDockerFailure, namesOnlyUnknownImages } from './docker-problems';

const inspectedImages = z.array(
  z.object({ Id: z.string(), RepoTags: z.array(z.string()).nullish(), Size: z.number() }),
);

/** The images in docker's storage that may be removed one day. BuildKit keeps layers of its own accord, so there are none without a label. */
export function createDockerOwnImages(tools: Tools): OwnImages {
  return { engine: 'docker', list: () => list(tools), remove: (image) => remove(image, tools) };
}

async function list(tools: Tools): Promise<readonly OwnImage[] | undefined> {
  const listed = await run(['image', 'ls', '--quiet', '--no-trunc', '--filter', `label=${OWN_IMAGE_LABEL}`], tools);
  if (listed.status === 'not-found') return undefined;
  if (listed.status !== 'ok') {
    const failure = describeDockerFailure(listed);
    // A client without a daemon has no images.
    if (failure.code === 'ENGINE_DAEMON_UNREACHABLE') return undefined;
    throw failure;
  }
  const ids = [...new Set(linesOf(listed.stdout))];
  if (ids.length === 0) return [];
  const [images, used] = await Promise.all([run(['image', 'inspect', ...ids], tools), listUsedImages(tools)]);
  if (images.status !== 'ok') throw describeDockerFailure(images);
  return inspectedImages.parse(JSON.parse(images.stdout)).map(({ Id, RepoTags, Size }) => ({
    engineId: Id,
    tags: RepoTags ?? [],
    sizeBytes: Size,
    createdAtMs: undefined, // The config's time, which is fixed.
    hasChildren: false,
    isUsed: used.has(Id),
  }));
}

/** A container's listing names its image as it was asked for; only inspecting tells the ID. */
async function listUsedImages(tools: Tools): Promise<ReadonlySet<string>> {
  const listed = await run(['container', 'ls', '--all', '--quiet', '--no-trunc'], tools);
  if (listed.status !== 'ok') throw describeDockerFailure(listed);
  const containers = linesOf(listed.stdout);
  if (containers.length === 0) return new Set();
  const inspected = await run(['container', 'inspect', '--format', '{{.Image}}', ...containers], tools);
  // One that ended meanwhile is reported as missing, beside what is known of the others.
  return new Set(linesOf(inspected.stdout));
}

async function remove({ engineId, tags }: OwnImage, tools: Tools): Promise<void> {
  const result = await run(['image', 'rm', ...(tags.length > 0 ? tags : [engineId])], tools);
  if (result.status !== 'ok' && !namesOnlyUnknownImages(result.stderr)) throw describeDockerFailure(result);
}

function run(args: readonly string[], tools: Tools): Promise<RunResult> {
  return tools.runner.run('docker', args, { env: tools.env, signal: tools.signal });
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
