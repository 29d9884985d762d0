import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppliedRecord } from '../../../artifact/applied-record';
import type { Cluster } from '../../../clusters/cluster';
import { coverageFolderOf, coverageOf, isCounterFile, type CoverageFolders } from '../../../clusters/coverage-folders';
import { describeProblem, SlipwayError } from '../../../errors/slipway-error';
import type { Tools } from '../../../exec/tools';
import { printProblem } from '../../run-task';
import { parseCoverProfile, renderCoverage } from './parse-cover-profile';
import { renderExit } from '../../../exec/render-exit';

/** Whose coverage is gathered, and where it goes. */
export interface CoverageRequest {
  /** `project:target` of the tests. */
  readonly target: string;
  /** What the tests have used. */
  readonly deploys: readonly AppliedRecord[];
  readonly cluster: Cluster;
  /** Absolute path; what is there already is removed. */
  readonly folder: string;
}

/** Name of the profile, as `go tool cover -html` reads it. */
export const PROFILE_NAME = 'profile.txt';

/** An image with a folder on the nodes, which its deploy has made. */
interface CoveredImage {
  readonly project: string;
  readonly image: string;
  /** Name of its folder. */
  readonly name: string;
}

/**
 * Has the Go programs of these deploys end, so that they write what they have counted; merges it to one profile, and prints how much of each package
 * was run. Counted is what they did since they were deployed, or since the last time. Afterwards their pods run again, or are about to.
 * @throws {SlipwayError} CLUSTER_COVERAGE_UNSUPPORTED, CLUSTER_COVERAGE_FAILED, the E2E_COVERAGE codes
 */
export async function gatherCoverage(request: CoverageRequest, tools: Tools): Promise<void> {
  const { target, deploys, cluster, folder } = request;
  const coverage = coverageOf(cluster);
  const images = await listCoveredImages(deploys, coverage);
  if (images.length === 0) {
    const projects = deploys.map(({ project }) => project).join(', ');
    throw new SlipwayError('E2E_COVERAGE_NOT_DEPLOYED', { target, deploys: projects });
  }
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  tools.log.line(
    `Stops the pods of ${distinct(images.map(({ project }) => project)).join(', ')}: Go writes coverage then.`,
  );
  await coverage.flush(distinct(images.map(({ project }) => project)));
  const counted: string[] = [];
  for (const { project, image, name: source } of images) {
    const own = join(folder, 'counters', source);
    await coverage.take(project, source, own);
    const reason = findReason(await readdir(own));
    if (reason === undefined) counted.push(own);
    else printProblem(describeProblem('E2E_COVERAGE_NOT_COUNTED', { project, image, reason }), tools);
  }
  if (counted.length === 0) throw new SlipwayError('E2E_COVERAGE_EMPTY', { target });
  const profile = join(folder, PROFILE_NAME);
  await writeProfile(counted, profile, request, tools);
  for (const line of renderCoverage(parseCoverProfile(await readFile(profile, 'utf8')))) tools.log.line(line);
}

async function listCoveredImages(
  deploys: readonly AppliedRecord[],
  coverage: CoverageFolders,
): Promise<CoveredImage[]> {
  const listed = await Promise.all(
    deploys.map(async ({ project, images }) => {
      const present = new Set(await coverage.list(project));
      return images
        .map(({ name: image, imageId }) => ({ project, image, name: coverageFolderOf(imageId) }))
        .filter(({ name }) => present.has(name));
    }),
  );
  return listed.flat();
}

/** Why there is nothing to count in a folder; `undefined` where there is. Pure. */
function findReason(files: readonly string[]): string | undefined {
  if (files.length === 0) return 'no program that was built with -cover has run in it';
  return files.some(isCounterFile) ? undefined : 'its program was started, and has not ended in order since';
}

/** The tool is of the machine's Go, whatever version a go.mod of the workspace asks for. */
async function writeProfile(
  folders: readonly string[],
  profile: string,
  { target, folder }: CoverageRequest,
  { runner, env, signal }: Tools,
): Promise<void> {
  const args = ['tool', 'covdata', 'textfmt', `-i=${folders.join(',')}`, `-o=${profile}`];
  const goEnv = { ...env, GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '' };
  const result = await runner.run('go', args, { cwd: folder, env: goEnv, signal });
  signal.throwIfAborted();
  if (result.status === 'not-found') throw new SlipwayError('E2E_COVERAGE_GO_NOT_FOUND', { target, folder });
  if (result.status === 'ok') return;
  const status = renderExit(result);
  throw new SlipwayError('E2E_COVERAGE_UNREADABLE', { target, folder, status }, { toolOutput: result.output });
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
