import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../../artifact/write-file-atomically';
import { LOCK_FILE, readSlipwayLock, renderSlipwayLock, type SlipwayLock } from '../../build-context/slipway-lock';
import { isResolved, type ResolvedBase } from '../../engines/base-resolver';
import { renderProblem } from '../../errors/render-problem';
import { describeProblem, SlipwayError, type Problem } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import type { CommandCall, CommandPlace, ExitCode } from '../command';
import { renderSuggestion } from '../find-nearest';
import { readJobs } from '../workspace/read-jobs';
import { readWorkspace } from '../workspace/read-workspace';
import { listNeededBases, placeOf, type NeededBase, type NeededBases } from './list-needed-bases';
import { openBaseResolver } from './open-base-resolver';
import { applyLockPlan, planLock, renderLockChanges, type LockPlan, type UpdateChoice } from './plan-lock';

/** How many registries are asked at the same time. */
const CONCURRENT_LOOKUPS = 4;

/**
 * Pins base images in `slipway.lock.json`. What could be pinned is written also when another base could not; then it fails.
 * @throws {SlipwayError} CONFIG and DOCKERFILE codes, ENGINE codes
 */
export async function lock(call: CommandCall, place: CommandPlace): Promise<ExitCode> {
  const { workspaceRoot, tools } = place;
  const needed = await readNeededBases(workspaceRoot);
  const update = readUpdateChoice(call, needed.bases);
  const before = readSlipwayLock(workspaceRoot);
  const plan = planLock(before, needed.bases, update);
  const notices = plan.unusedRecipes.map((reference) => describeProblem('CONTEXT_BASE_UNUSED', { reference }));
  for (const problem of [...needed.warnings, ...notices]) tools.log.line(renderProblem(problem));
  if (call.options['check'] === true) return check(before, plan, call, place);
  const { found, failures } = await resolveBases(plan.toResolve, tools);
  const after = applyLockPlan(before, plan, found);
  for (const change of renderLockChanges(before, after)) place.print(change);
  if (await writeLock(after, workspaceRoot)) place.print(`Wrote ${LOCK_FILE}.`);
  else if (failures.length === 0) place.print(`${LOCK_FILE} is up to date.`);
  for (const failure of failures) tools.log.line(renderProblem(failure));
  return failures.length === 0 ? 0 : 1;
}

async function readNeededBases(workspaceRoot: string): Promise<NeededBases> {
  const { images, broken } = readWorkspace(workspaceRoot);
  const [target] = broken;
  // Without its Dockerfile's bases the file would lose entries that are needed.
  if (target) throw new SlipwayError('CONFIG_TARGET_BROKEN', describeBroken(target));
  const jobs = await readJobs(images, workspaceRoot);
  return listNeededBases(jobs, new Set(images.map(({ image }) => image)));
}

function describeBroken({
  project,
  target,
  problems,
}: {
  project: string;
  target: string;
  problems: readonly Problem[];
}) {
  return { target: `${project}:${target}`, problem: problems.map(({ code }) => code).join(', ') };
}

function readUpdateChoice(
  { arguments: references, options }: CommandCall,
  needed: readonly NeededBase[],
): UpdateChoice {
  const known = needed.map(({ reference }) => reference);
  const unknown = references.find((reference) => !known.includes(reference));
  if (unknown !== undefined) {
    const reason = `No Dockerfile of the workspace needs the base image "${unknown}"`;
    const suggestion = renderSuggestion(unknown, known);
    throw new SlipwayError('CONFIG_ARGUMENT_INVALID', { command: 'lock', reason, suggestion });
  }
  if (options['update'] === true) return references.length === 0 ? 'all' : references;
  if (references.length === 0) return 'none';
  const reason = 'References are given to look pins up again, which is the option --update';
  throw new SlipwayError('CONFIG_ARGUMENT_INVALID', { command: 'lock', reason, suggestion: '' });
}

/** Asks no registry, unless pins are to be looked up again: a base without a pin is missing, whatever its digest is. */
async function check(before: SlipwayLock, plan: LockPlan, call: CommandCall, place: CommandPlace): Promise<ExitCode> {
  const isMissing = ({ reference }: NeededBase): boolean => !Object.hasOwn(before.bases, reference);
  const missing = plan.toResolve.filter(isMissing);
  const toResolve = call.options['update'] === true ? plan.toResolve.filter((base) => !isMissing(base)) : [];
  const { found, failures } = await resolveBases(toResolve, place.tools);
  const after = applyLockPlan(before, plan, found);
  const changes = [
    ...renderLockChanges(before, after),
    ...missing.map((base) => `+ ${base.reference}  not pinned, named by ${placeOf(base)}`),
  ];
  for (const line of changes) place.print(line);
  for (const failure of failures) place.tools.log.line(renderProblem(failure));
  if (changes.length === 0 && !isWritten(after, place.workspaceRoot)) {
    changes.push(`~ ${LOCK_FILE} is not in its usual form`);
    place.print(changes[0] ?? '');
  }
  if (changes.length > 0) place.print(`${LOCK_FILE} is not up to date. Write it: npx nx-slipway lock`);
  else if (failures.length === 0) place.print(`${LOCK_FILE} is up to date.`);
  return changes.length + failures.length === 0 ? 0 : 1;
}

interface Resolution {
  readonly found: ReadonlyMap<string, ResolvedBase>;
  readonly failures: readonly Problem[];
}

async function resolveBases(bases: readonly NeededBase[], tools: Tools): Promise<Resolution> {
  const found = new Map<string, ResolvedBase>();
  const failures: Problem[] = [];
  if (bases.length === 0) return { found, failures };
  const resolver = await openBaseResolver(tools);
  const queue = [...bases];
  const work = async (): Promise<void> => {
    for (let base = queue.shift(); base !== undefined; base = queue.shift()) {
      const { reference, platform } = base;
      tools.log.line(`${reference}: asking its registry by ${resolver.tool}`);
      const answer = await resolver.resolve(reference, platform);
      if (isResolved(answer)) found.set(reference, answer);
      else
        failures.push(
          describeProblem('CONTEXT_BASE_UNRESOLVED', { reference, place: placeOf(base), reason: answer.reason }),
        );
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_LOOKUPS }, work));
  return { found, failures: failures.toSorted((a, b) => (a.message < b.message ? -1 : 1)) };
}

/** @returns whether the file had to be written */
async function writeLock(lock: SlipwayLock, workspaceRoot: string): Promise<boolean> {
  if (isWritten(lock, workspaceRoot)) return false;
  await writeFileAtomically(join(workspaceRoot, LOCK_FILE), renderSlipwayLock(lock));
  return true;
}

/** A workspace that needs no pin needs no file. */
function isWritten(lock: SlipwayLock, workspaceRoot: string): boolean {
  const path = join(workspaceRoot, LOCK_FILE);
  if (!existsSync(path)) return Object.keys(lock.bases).length + Object.keys(lock.proofs).length === 0;
  return readFileSync(path, 'utf8') === renderSlipwayLock(lock);
}
