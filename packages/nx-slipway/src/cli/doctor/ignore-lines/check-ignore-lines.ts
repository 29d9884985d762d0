import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { LET_EVERYTHING_THROUGH } from '../../../build-context/build-context';
import { findIgnoreFile, openFilteredTree, type IgnoreFile } from '../../../build-context/filtered-tree';
import { parseDockerfile } from '../../../dockerfile/parse-dockerfile';
import { selectStages } from '../../../dockerfile/select-stages';
import { describeProblem } from '../../../errors/slipway-error';
import { listStageBases } from '../../../executors/image-build/list-stage-bases';
import type { PlanningGround } from '../../../executors/image-build/planning-ground';
import { selectionOfJob } from '../../../executors/image-build/selection-of-job';
import type { PreparedBuild } from '../../../executors/image-build/prepare-build';
import { renderBytes } from '../../render-bytes';
import { contextsInQuestion, type DoctorGround } from '../check';
import { countRebuilds, tryPlan, type PlannedContext } from '../contexts/plan-contexts';
import type { Finding } from '../finding';
import { appendIgnoreLines } from '../fixes/append-ignore-lines';
import { listIgnoreCandidates, type IgnoreCandidate } from './ignore-candidate';
import { judgeIgnoreCandidate, type JudgedBuild } from './judge-ignore-candidate';

/** Larger files are not searched for the names of others. */
const MAX_SEARCHED_BYTES = 1024 * 1024;

/**
 * Lines to add to ignore files. Each is judged for every image whose build context the file filters, whichever were asked about, and planned
 * with: it is proposed only where planning takes away exactly what the line names, and where `--verify` built the same image without it.
 */
export async function checkIgnoreLines(ground: DoctorGround): Promise<readonly Finding[]> {
  const asked = new Set(contextsInQuestion(ground));
  const findings: Finding[] = [];
  for (const group of groupByIgnoreFile(ground.contexts)) {
    if (group.contexts.some((context) => asked.has(context))) findings.push(...(await checkGroup(group, ground)));
  }
  return findings;
}

/** The images whose build contexts one ignore file filters. */
interface IgnoreGroup {
  /** The file; with an empty text where it does not exist yet. */
  readonly ignoreFile: IgnoreFile;
  readonly contexts: readonly PlannedContext[];
}

function groupByIgnoreFile(contexts: readonly PlannedContext[]): readonly IgnoreGroup[] {
  const groups = new Map<string, IgnoreGroup>();
  for (const context of contexts) {
    const { job } = context;
    const ignoreFile = findIgnoreFile({ ...job, contextRoot: job.buildContext, ownOutputs: [] }) ?? {
      path: posix.join(job.buildContext, '.dockerignore'),
      text: '',
    };
    const known = groups.get(ignoreFile.path)?.contexts ?? [];
    groups.set(ignoreFile.path, { ignoreFile, contexts: [...known, context] });
  }
  return [...groups.values()];
}

async function checkGroup(group: IgnoreGroup, ground: DoctorGround): Promise<readonly Finding[]> {
  const paths = new Set(group.contexts.flatMap(({ prepared }) => listPaths(prepared)));
  const judged = group.contexts.map((context) => describeJudgedBuild(context));
  const accepted: IgnoreCandidate[] = [];
  const findings: Finding[] = [];
  for (const candidate of listIgnoreCandidates([...paths])) {
    if (judged.some((build) => judgeIgnoreCandidate(candidate, build) !== undefined)) continue;
    const before = await planWith(accepted, group, ground.planning);
    const after = await planWith([...accepted, candidate], group, ground.planning);
    if (!before || !after || !isConfirmed(candidate, before, after)) continue;
    if (ground.verify && !(await areSameImages(before, after, ground.verify))) continue;
    accepted.push(candidate);
    findings.push(describeLine(candidate, group, before, after, ground));
  }
  return findings;
}

/** Each image of the group with lines added to the ignore file, in memory; `undefined` where one cannot be planned. */
async function planWith(
  candidates: readonly IgnoreCandidate[],
  { ignoreFile, contexts }: IgnoreGroup,
  ground: PlanningGround,
): Promise<readonly PreparedBuild[] | undefined> {
  if (candidates.length === 0) return contexts.map(({ prepared }) => prepared);
  const text = appendIgnoreLines(
    ignoreFile.text,
    candidates.map(({ line }) => line),
  );
  const changed: PlanningGround = {
    ...ground,
    openTree: (request) => openFilteredTree(request, { path: ignoreFile.path, text }),
  };
  const plans: PreparedBuild[] = [];
  for (const { job } of contexts) {
    const plan = await tryPlan(job, changed);
    if ('problem' in plan) return undefined;
    plans.push(plan.prepared);
  }
  return plans;
}

/** Whether exactly the files that the line names are gone, and at least one is. */
function isConfirmed(
  { matches }: IgnoreCandidate,
  before: readonly PreparedBuild[],
  after: readonly PreparedBuild[],
): boolean {
  let shrinks = false;
  for (const [index, { buildContext: now }] of before.entries()) {
    const then = after[index]?.buildContext;
    if (!then || (then.engineIgnoreText !== now.engineIgnoreText && then.engineIgnoreText !== LET_EVERYTHING_THROUGH))
      return false;
    const left = new Map(then.entries.map((entry) => [entry.path, entry]));
    for (const { path, kind, sha256 } of now.entries) {
      const entry = left.get(path);
      if (kind === 'directory') continue;
      if (entry ? matches(path) || entry.sha256 !== sha256 : !matches(path)) return false;
    }
    shrinks ||= then.files < now.files && then.bytes <= now.bytes;
  }
  return shrinks;
}

async function areSameImages(
  before: readonly PreparedBuild[],
  after: readonly PreparedBuild[],
  verify: NonNullable<DoctorGround['verify']>,
): Promise<boolean> {
  for (const [index, now] of before.entries()) {
    const then = after[index];
    if (!then || then.contentKey === now.contentKey) continue;
    if ((await verify(now, then)) !== undefined) return false;
  }
  return true;
}

function describeLine(
  { line, what }: IgnoreCandidate,
  { ignoreFile, contexts }: IgnoreGroup,
  before: readonly PreparedBuild[],
  after: readonly PreparedBuild[],
  { history }: DoctorGround,
): Finding {
  const savings = before.flatMap((now, index) => {
    const then = after[index];
    if (!then || then.buildContext.files === now.buildContext.files) return [];
    const files = now.buildContext.files - then.buildContext.files;
    const bytes = renderBytes(now.buildContext.bytes - then.buildContext.bytes);
    const [often, less] = [countRebuilds(now, history), countRebuilds(then, history)];
    const rebuilds = often === null || less === null ? '' : `, rebuilds ${often} now, ${less} then`;
    return [`${now.job.image} ${files} ${files === 1 ? 'file' : 'files'}, ${bytes}${rebuilds}`];
  });
  const { path: file } = ignoreFile;
  const [only, ...more] = contexts;
  return {
    image: only !== undefined && more.length === 0 ? only.job.image : null,
    file,
    line: null,
    problem: describeProblem('CONTEXT_IGNORE_SUGGESTED', { line, file, what, savings: savings.join('; ') }),
    fix: { kind: 'ignore-lines', file, lines: [line] },
  };
}

function describeJudgedBuild({ job, prepared }: PlannedContext): JudgedBuild {
  const selection = selectionOfJob(job);
  const dockerfile = parseDockerfile(prepared.dockerfileText, job.dockerfile);
  const sizes = new Map(prepared.buildContext.entries.map(({ path, bytes }) => [path, bytes]));
  return {
    sources: prepared.sources,
    bases: listStageBases(dockerfile, selection),
    targetStage: Math.max(...selectStages(dockerfile, selection).map(({ stage }) => stage.index)),
    paths: listPaths(prepared),
    readText: (path) =>
      (sizes.get(path) ?? 0) > MAX_SEARCHED_BYTES ? undefined : readTextIfThere(join(prepared.buildContext.root, path)),
  };
}

function listPaths({ buildContext }: PreparedBuild): readonly string[] {
  return buildContext.entries.filter(({ kind }) => kind !== 'directory').map(({ path }) => path);
}

function readTextIfThere(absolutePath: string): string | undefined {
  try {
    return readFileSync(absolutePath, 'utf8');
  } catch {
    return undefined;
  }
}
