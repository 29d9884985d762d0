import { join } from 'node:path';
import { assertEngineSyntax } from '../../dockerfile/assert-engine-syntax';
import { listCopySources } from '../../dockerfile/list-copy-sources';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import type { EngineOnlySyntax, NamedContextRead } from '../../dockerfile/copy-sources';
import type { BuildRequest } from '../image-builder';
import type { StagedFolders } from '../stage-contexts';
import { cutAfterStage } from './cut-after-stage';
import { digestFolder, digestText } from './digest-folder';
import { markArgumentUses } from './mark-argument-uses';
import { listMountingRuns, markRuns, type MountingRun } from './mounting-runs';
import { isVersionAtLeast } from './podman-version';

/**
 * The text of the Dockerfile to give to podman: the request's own, changed where podman would else give a wrong image:
 *
 * What follows the target stage is left out, so that it is the last: only the last stage gets the label as a step of its own.
 * In another, podman takes layers that somebody else built from the cache, without the label.
 *
 * podman's layer cache knows a RUN step by its text alone: when files that it bind-mounts change, it takes the old layer
 * (seen with buildah 1.28: the second build had the first one's content). So such a step is marked with a digest of what it
 * mounts, as the id of an optional secret that nobody gives: that changes the text and nothing else.
 *
 * It does not know the values of arguments in other steps either: see `markArgumentUses`.
 * @throws {SlipwayError} ENGINE_SYNTAX_UNSUPPORTED, DOCKERFILE codes
 */
export async function prepareDockerfile(
  request: BuildRequest,
  staged: StagedFolders,
  version: string,
): Promise<string> {
  const { dockerfileText, dockerfile: source, targetStage } = request;
  const original = parseDockerfile(dockerfileText, source);
  const { syntaxOnly, namedContextReads } = listCopySources(original, request);
  assertEngineSyntax([...syntaxOnly, ...namedContextReads.flatMap(describeFolderBase)], source, {
    name: 'podman',
    version,
    has: ({ engine, podmanSince }) =>
      engine === 'podman' || (podmanSince !== null && isVersionAtLeast(version, podmanSince)),
  });
  const text = targetStage === undefined ? dockerfileText : cutAfterStage(dockerfileText, original, targetStage);
  const dockerfile = parseDockerfile(text, source);
  const digests = new Map<MountingRun, string>();
  for (const run of listMountingRuns(dockerfile)) {
    const isFresh = run.hasCache && request.freshCaches === true;
    // No other build's folder has that name, so no layer of another build is taken.
    if (isFresh) digests.set(run, digestText(staged.stagedFolder));
    else if (run.sources.length > 0) digests.set(run, await digestMounts(run, text, request, staged));
  }
  return markArgumentUses(markRuns(text, digests), dockerfile, request);
}

/** Files of the build context by their content; another stage's or image's by all that decides it, which is the whole build. */
async function digestMounts(
  run: MountingRun,
  text: string,
  request: BuildRequest,
  { stagedFolder, namedFolders }: StagedFolders,
): Promise<string> {
  if (run.sources !== 'unknown') {
    const parts = run.sources.map((source) => digestFolder(join(stagedFolder, source)));
    return digestText(JSON.stringify(await Promise.all(parts)));
  }
  const { buildArgs, projectImages } = request;
  const named = await Promise.all(
    Object.entries(namedFolders).map(async ([name, folder]) => [name, await digestFolder(folder)]),
  );
  return digestText(JSON.stringify([text, buildArgs, projectImages, await digestFolder(stagedFolder), ...named]));
}

/** podman looks for an image of that name (seen with 4.3.1). */
function describeFolderBase({ instruction, line, name }: NamedContextRead): EngineOnlySyntax[] {
  if (instruction !== 'FROM') return [];
  const what = `the additional build context ${name} as a base image`;
  return [{ engine: 'buildkit', line, what, podmanSince: null, dockerSince: null, readDifferently: false }];
}
