import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSlipwayError, SlipwayError, type Problem } from '../../errors/slipway-error';
import { openPlanningGround } from '../../executors/image-build/planning-ground';
import type { WorkspaceImage } from '../../plugin/list-workspace-images';
import type { CommandCall, CommandPlace, ExitCode } from '../command';
import { listNeededBases } from '../lock/list-needed-bases';
import { openWorkspacePlace } from '../workspace/open-workspace-place';
import { readJobs, type JobReading } from '../workspace/read-jobs';
import { readWorkspace, type BrokenTarget } from '../workspace/read-workspace';
import { selectImages } from '../workspace/select-images';
import { contextsInQuestion, type DoctorGround } from './check';
import { CHECKS } from './checks';
import { describeContextOf } from './contexts/describe-context';
import { planContexts } from './contexts/plan-contexts';
import { readChangeHistory } from './contexts/read-change-history';
import type { Finding } from './finding';
import { applyFixes, type FixedFile } from './fixes/apply-fixes';
import { writeFixedFiles } from './fixes/write-fixes';
import { renderDiagnosis, renderDiagnosisJson, type Diagnosis } from './render-diagnosis';
import { sortFindings } from './render-findings';
import { readScripts } from './scripts/read-scripts';
import { openVerification } from './verify/open-verification';

/**
 * Runs all checks and prints what they found; with `--fix` writes what can be written. An image that cannot be read or planned is a
 * finding, and keeps no other from being checked.
 * @throws {SlipwayError} CONFIG_PLUGIN_UNREGISTERED, CONFIG_IMAGE_UNKNOWN, CONFIG_ARGUMENT_INVALID, CONFIG_LOCK_INVALID
 */
export async function doctor(call: CommandCall, place: CommandPlace): Promise<ExitCode> {
  const { workspaceRoot, print } = place;
  const { ground, findings: foreseen } = await openDoctorGround(call, place);
  const found: Finding[] = [];
  for (const check of CHECKS) found.push(...(await check(ground)));
  await ground.planning.save();
  const findings = sortFindings([...foreseen, ...found]);
  const fixed = call.options['fix'] === true ? applyFixes(listFixes(findings), ground.readText) : undefined;
  if (fixed) await writeFixedFiles(fixed, workspaceRoot);
  const contexts = contextsInQuestion(ground).map(({ prepared }) => describeContextOf(prepared, ground.history));
  const diagnosis: Diagnosis = { contexts, findings, fixed };
  if (call.options['json'] === true) print(renderDiagnosisJson(diagnosis));
  else for (const line of renderDiagnosis(diagnosis)) print(line);
  return findings.some((finding) => finding.problem.severity !== 'notice' && !isRemedied(finding, fixed)) ? 1 : 0;
}

async function openDoctorGround(
  call: CommandCall,
  { workspaceRoot, tools }: CommandPlace,
): Promise<{ readonly ground: DoctorGround; readonly findings: readonly Finding[] }> {
  const commits = readCommits(call.options['commits']);
  const { images, broken } = readWorkspace(workspaceRoot);
  const isAboutAll = call.arguments.length === 0;
  const { jobs, unreadable } = await readReadableJobs(selectImages(call.arguments, images), workspaceRoot);
  const place = await openWorkspacePlace(workspaceRoot, images, tools);
  const planning = openPlanningGround(place, tools.clock);
  const others = await readReadableJobs(
    images.filter(({ image }) => !jobs.some(({ job }) => job.image === image)),
    workspaceRoot,
  );
  const allJobs = [...jobs, ...others.jobs].map(({ job }) => job);
  const { planned, unplanned } = await planContexts(allJobs, planning);
  const engine = call.options['engine'];
  const asked = new Set(jobs.map(({ job }) => job.image));
  return {
    ground: {
      workspaceRoot,
      jobs,
      workspaceImages: images,
      lock: planning.lock,
      scripts: isAboutAll ? await readScripts(workspaceRoot, tools) : [],
      readText: (path) => readTextIfThere(join(workspaceRoot, path)),
      contexts: planned,
      history: await readChangeHistory(workspaceRoot, commits, tools),
      planning,
      verify:
        call.options['verify'] === true
          ? openVerification(typeof engine === 'string' ? engine : undefined, place, tools)
          : undefined,
    },
    findings: [
      ...unreadable,
      ...unplanned
        .filter(({ job }) => asked.has(job.image))
        .map(({ job, problem }) => ({ ...findingOf(job.image, problem), file: job.dockerfile })),
      ...(isAboutAll ? broken.flatMap(findingsOfBroken) : []),
    ],
  };
}

/** @throws {SlipwayError} CONFIG_ARGUMENT_INVALID */
function readCommits(option: string | boolean | undefined): number {
  const commits = Number(option);
  if (typeof option === 'string' && /^\d+$/.test(option) && commits > 0) return commits;
  const reason = `--commits is a number of commits, and "${String(option)}" is none`;
  throw new SlipwayError('CONFIG_ARGUMENT_INVALID', { reason, suggestion: '', command: 'doctor' });
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

function listFixes(findings: readonly Finding[]) {
  return findings.flatMap(({ fix }) => fix ?? []);
}

/** Whether `--fix` has done what the finding asks for. */
function isRemedied({ fix }: Finding, fixed: readonly FixedFile[] | undefined): boolean {
  if (!fixed || !fix) return false;
  return fixed.every(({ file, refused }) => file !== fix.file || refused.length === 0);
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
