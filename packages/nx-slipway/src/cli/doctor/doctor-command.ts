import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSlipwayLock } from '../../build-context/slipway-lock';
import { isSlipwayError, type Problem } from '../../errors/slipway-error';
import type { WorkspaceImage } from '../../plugin/list-workspace-images';
import type { CommandCall, CommandPlace, ExitCode } from '../command';
import { listNeededBases } from '../lock/list-needed-bases';
import { readJobs, type JobReading } from '../workspace/read-jobs';
import { readWorkspace, type BrokenTarget } from '../workspace/read-workspace';
import { selectImages } from '../workspace/select-images';
import type { DoctorGround } from './check';
import { CHECKS } from './checks';
import type { Finding } from './finding';
import { renderFindings, renderFindingsJson, sortFindings } from './render-findings';
import { readScripts } from './scripts/read-scripts';

/**
 * Runs all checks and prints what they found. An image that cannot be read is a finding, and keeps no other from being checked.
 * @throws {SlipwayError} CONFIG_PLUGIN_UNREGISTERED, CONFIG_IMAGE_UNKNOWN, CONFIG_LOCK_INVALID
 */
export async function doctor(call: CommandCall, { workspaceRoot, tools, print }: CommandPlace): Promise<ExitCode> {
  const { images, broken } = readWorkspace(workspaceRoot);
  const isAboutAll = call.arguments.length === 0;
  const { jobs, unreadable } = await readReadableJobs(selectImages(call.arguments, images), workspaceRoot);
  const ground: DoctorGround = {
    workspaceRoot,
    jobs,
    workspaceImages: images,
    lock: readSlipwayLock(workspaceRoot),
    scripts: isAboutAll ? await readScripts(workspaceRoot, tools) : [],
    readText: (path) => readTextIfThere(join(workspaceRoot, path)),
  };
  const found: Finding[] = [];
  for (const check of CHECKS) found.push(...(await check(ground)));
  const findings = sortFindings([...unreadable, ...(isAboutAll ? broken.flatMap(findingsOfBroken) : []), ...found]);
  if (call.options['json'] === true) print(renderFindingsJson(findings));
  else for (const line of renderFindings(findings)) print(line);
  return findings.some(({ problem }) => problem.severity !== 'notice') ? 1 : 0;
}

async function readReadableJobs(
  images: readonly WorkspaceImage[],
  workspaceRoot: string,
): Promise<{ readonly jobs: readonly JobReading[]; readonly unreadable: readonly Finding[] }> {
  const jobs: JobReading[] = [];
  const unreadable: Finding[] = [];
  for (const image of images) {
    try {
      const [job] = await readJobs([image], workspaceRoot);
      if (!job) continue;
      listNeededBases([job], new Set()); // Throws for a Dockerfile that does not parse.
      jobs.push(job);
    } catch (error) {
      if (!isSlipwayError(error)) throw error;
      unreadable.push(findingOf(image.image, error.problem));
    }
  }
  return { jobs, unreadable };
}

function findingsOfBroken({ problems }: BrokenTarget): Finding[] {
  return problems.map((problem) => findingOf(null, problem));
}

function findingOf(image: string | null, problem: Problem): Finding {
  return { image, file: null, line: null, problem };
}

function readTextIfThere(absolutePath: string): string | undefined {
  try {
    return readFileSync(absolutePath, 'utf8');
  } catch {
    return undefined;
  }
}
