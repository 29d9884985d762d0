import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '../../errors/slipway-error';
import type { BuildRequest } from '../image-builder';
import { cutAfterStage } from './cut-after-stage';
import { digestFolder, digestText } from './digest-folder';
import { findHeredoc } from './list-instructions';
import { listMountingRuns, markRuns, type MountingRun } from './mounting-runs';
import { isVersionAtLeast } from './podman-version';

/** buildah 1.33 brought heredocs; before it their lines are taken for instructions or dropped in silence. */
const HEREDOC_VERSION = '4.8';

/**
 * The Dockerfile to give to podman, as an absolute path: the request's own, or a changed copy in `folder` where one of these needs it:
 *
 * What follows the target stage is left out, so that it is the last: only the last stage gets the label as a step of its own.
 * In another, podman takes layers that somebody else built from the cache, without the label.
 *
 * podman's layer cache knows a RUN step by its text alone: when files that it bind-mounts change, it takes the old layer
 * (seen with buildah 1.28: the second build had the first one's content). So such a step is marked with a digest of what it
 * mounts, as the id of an optional secret that nobody gives: that changes the text and nothing else.
 * @throws {SlipwayError} ENGINE_SYNTAX_UNSUPPORTED
 */
export async function prepareDockerfile(request: BuildRequest, folder: string, version: string): Promise<string> {
  const original = await readFile(request.dockerfile, 'utf8');
  assertNoHeredoc(original, request.dockerfile, version);
  const text = request.targetStage === undefined ? original : cutAfterStage(original, request.targetStage);
  const runs = listMountingRuns(text);
  if (runs.length === 0 && text === original) return request.dockerfile;
  const digests = new Map<MountingRun, string>();
  for (const run of runs) digests.set(run, await digestMounts(run, text, request));
  const changed = join(folder, 'Dockerfile');
  await writeFile(changed, markRuns(text, digests));
  return changed;
}

function assertNoHeredoc(text: string, dockerfile: string, version: string): void {
  const line = findHeredoc(text);
  if (line === undefined || isVersionAtLeast(version, HEREDOC_VERSION)) return;
  throw new SlipwayError('ENGINE_SYNTAX_UNSUPPORTED', {
    dockerfile,
    line,
    syntax: 'a heredoc (<<)',
    engine: 'podman',
    version,
    minimum: HEREDOC_VERSION,
  });
}

/** Files of the build context by their content; another stage's or image's by all that decides it, which is the whole build. */
async function digestMounts(run: MountingRun, text: string, request: BuildRequest): Promise<string> {
  if (run.sources !== 'unknown') {
    const parts = run.sources.map((source) => digestFolder(join(request.stagedFolder, source)));
    return digestText(JSON.stringify(await Promise.all(parts)));
  }
  const { buildArgs, projectImages } = request;
  return digestText(JSON.stringify([text, buildArgs, projectImages, await digestFolder(request.stagedFolder)]));
}
