import { describeProblem } from '../../errors/slipway-error';
import { findProofRefusal } from '../../executors/image-build/find-proof-refusal';
import type { ImageBuildJob } from '../../executors/image-build/image-build-options';
import { renderBytes } from '../render-bytes';
import { contextsInQuestion, type DoctorGround } from './check';
import type { ChangeHistory } from './contexts/change-history';
import { countRebuilds, type PlannedContext } from './contexts/plan-contexts';
import type { Finding } from './finding';
import type { Fix } from './fixes/fix';
import { findProjectOptions, readJsonAt, type OptionsPlace } from './fixes/place-of-options';

/**
 * The `narrow` that would make staged contexts smaller: only where planning, and with `--verify` a proof, confirms it, and only what `prove` would not
 * refuse.
 */
export async function checkNarrow(ground: DoctorGround): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const context of contextsInQuestion(ground)) findings.push(...(await checkContext(context, ground)));
  return findings;
}

async function checkContext(
  { job, prepared, narrowed }: PlannedContext,
  { history, workspaceImages, readText, verify }: DoctorGround,
): Promise<readonly Finding[]> {
  if (narrowed === null) return [];
  const [now, then] = [prepared.buildContext, narrowed.prepared.buildContext];
  if (then.files >= now.files || then.bytes >= now.bytes) return [];
  const refusal = findProofRefusal(narrowed.prepared, now.entries);
  if (refusal.reads.length + refusal.surviving.length > 0) return [];
  if ((await verify?.(prepared, narrowed.prepared)) !== undefined) return [];
  const added = listAdded(job, narrowed.suggestion.option);
  const problem = describeProblem('CONTEXT_NARROW_SUGGESTED', {
    image: job.image,
    files: now.files,
    bytes: renderBytes(now.bytes),
    narrowedFiles: then.files,
    narrowedBytes: renderBytes(then.bytes),
    rebuilds: renderRebuilds(history, countRebuilds(prepared, history), countRebuilds(narrowed.prepared, history)),
    target: `${job.project}:${job.target}`,
    narrow: JSON.stringify(added),
  });
  const projectRoot = workspaceImages.find(({ project }) => project === job.project)?.projectRoot ?? '.';
  const place = findProjectOptions({ target: job.target, projectRoot }, readText);
  const line = prepared.sources.reads.find(({ text }) => Object.hasOwn(added, text))?.line ?? null;
  const finding = { image: job.image, file: job.dockerfile, line, problem };
  if (!place) return [finding];
  return [{ ...finding, fix: addNarrow(added, job, place, readText) }];
}

/** What is new of a suggestion: the target's own rules stay as they are written. */
function listAdded(
  { narrow }: ImageBuildJob,
  option: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  const known = new Set(narrow.map(({ copyText }) => copyText));
  return Object.fromEntries(Object.entries(option).filter(([copy]) => !known.has(copy)));
}

/** Nx takes `narrow` whole from the place that wins, so rules of another place are written out. */
function addNarrow(
  added: Readonly<Record<string, readonly string[]>>,
  { options }: ImageBuildJob,
  { file, path }: OptionsPlace,
  readText: DoctorGround['readText'],
): Fix {
  const hasRules = readJsonAt(readText(file) ?? '', [...path, 'narrow']) !== undefined;
  const changes = hasRules
    ? Object.entries(added).map(([copy, rules]) => ({ path: [...path, 'narrow', copy], value: rules }))
    : [{ path: [...path, 'narrow'], value: { ...options.narrow, ...added } }];
  return { kind: 'json', file, changes, summary: `adds to narrow ${JSON.stringify(added)}` };
}

/** Completes "…; <this>." */
export function renderRebuilds(history: ChangeHistory, now: number | null, then: number | null): string {
  if (history.status === 'unknown') return `how many rebuilds that saves is not known, since ${history.reason}`;
  const commits = history.commits.length === 1 ? 'last commit' : `last ${history.commits.length} commits`;
  return `rebuilds in the ${commits}: ${now ?? 0} now, ${then ?? 0} then`;
}
