import { posix } from 'node:path';
import { OWN_OUTPUTS } from '../../artifact/record-files';
import type { FilteredTree } from '../../build-context/filtered-tree';
import { suggestGoRule } from '../../build-context/narrowing/go/suggest-go-rule';
import { listNarrowedRuns } from '../../build-context/narrowing/list-narrowed-runs';
import { parseNarrow, type NarrowedCopy } from '../../build-context/narrowing/parse-narrow-rule';
import type { PlannedRead } from '../../build-context/select-entries';
import { listCopySources, type ContextRead, type CopySources, type StageRun } from '../../dockerfile/list-copy-sources';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import type { WorkspacePlace } from '../task-place';
import type { ImageBuildJob } from './image-build-options';
import { listTaskOutputs } from './list-task-outputs';
import { listStageBases } from './list-stage-bases';
import type { PlanningGround } from './planning-ground';
import { readDockerfile } from './read-dockerfile';
import { selectionOfJob } from './selection-of-job';
import { suitsNxDependencies } from './suggest-nx-dependencies';

/** A better option `narrow` than the target has. */
export interface NarrowSuggestion {
  /** As the option is written: what the target has, and what is suggested. */
  readonly option: Readonly<Record<string, readonly string[]>>;
  readonly narrow: readonly NarrowedCopy[];
}

/**
 * Suggests rules for the instructions of an image that copy whole folders: `go:` where it can be known which packages its RUN lines build
 * and that they read nothing else of what was copied; `nx:dependencies` where they build an npm package of the workspace. `null` where nothing
 * better is known than what the target has.
 * @throws {SlipwayError} DOCKERFILE and CONTEXT codes
 */
export async function suggestNarrow(job: ImageBuildJob, ground: PlanningGround): Promise<NarrowSuggestion | null> {
  const dockerfile = parseDockerfile(await readDockerfile(job), job.dockerfile);
  const selection = selectionOfJob(job);
  const sources = listCopySources(dockerfile, selection);
  const tree = ground.openTree({
    workspaceRoot: job.workspaceRoot,
    contextRoot: job.buildContext,
    dockerfile: job.dockerfile,
    ownOutputs: OWN_OUTPUTS,
    taskOutputs: listTaskOutputs(job, ground.place),
  });
  const narrowed = new Set(job.narrow.map(({ copyText }) => copyText));
  const bases = listStageBases(dockerfile, selection);
  const broad = sources.reads.filter((read) => isBroad(read, tree) && !narrowed.has(read.text));
  const suggested = [...new Set(broad.map(({ stage }) => stage))].flatMap((stage) =>
    suggestForStage(
      broad.filter((read) => read.stage === stage),
      { sources, tree, bases, job, place: ground.place },
    ),
  );
  if (suggested.length === 0) return null;
  const option = Object.fromEntries(suggested.map(([copy, rules]) => [copy, [...rules]]));
  return { option: { ...writtenRules(job), ...option }, narrow: [...job.narrow, ...parseNarrow(option)] };
}

interface SuggestionGround {
  readonly sources: CopySources;
  readonly tree: FilteredTree;
  readonly bases: ReturnType<typeof listStageBases>;
  readonly job: ImageBuildJob;
  readonly place: Pick<WorkspacePlace, 'listProjects'>;
}

function writtenRules({ options }: ImageBuildJob): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(options.narrow).map(([copy, rules]) => [copy, Array.isArray(rules) ? rules : rules.rules]),
  );
}

/** A copy of one whole folder to a place that is known. */
function isBroad({ resolved, sources, destination, instruction }: ContextRead, tree: FilteredTree): boolean {
  const [source, ...more] = sources;
  return (
    resolved &&
    instruction !== 'RUN' &&
    more.length === 0 &&
    source !== undefined &&
    destination !== null &&
    tree.kindOf(source) === 'directory'
  );
}

/** All copies of a stage together, where they put folders where they are in the build context; else one by itself. */
function suggestForStage(
  reads: readonly ContextRead[],
  ground: SuggestionGround,
): (readonly [string, readonly string[]])[] {
  const goRules = suggestGoRules(reads, ground);
  if (goRules) return reads.map(({ text }) => [text, goRules] as const);
  return reads.filter((read) => readsWorkspace(read, ground)).map(({ text }) => [text, ['nx:dependencies']] as const);
}

function suggestGoRules(reads: readonly ContextRead[], ground: SuggestionGround): readonly string[] | undefined {
  const copy = findCommonCopy(reads);
  if (!copy) return undefined;
  const runs = listSeeingRuns(reads, ground).map(({ shell, workdir }) =>
    workdir === null ? { text: shell } : { text: shell, workdir },
  );
  return suggestGoRule({ runs, copy, tree: ground.tree });
}

/** Whether a copy of the workspace's root can be narrowed to what an npm package of it needs. */
function readsWorkspace(read: ContextRead, ground: SuggestionGround): boolean {
  const { job, place, tree } = ground;
  if (job.buildContext !== '' || read.sources[0] !== '') return false;
  const runs = listSeeingRuns([read], ground);
  return suitsNxDependencies({ runs, tree, projectRoot: place.listProjects().get(job.project)?.root });
}

function listSeeingRuns(reads: readonly ContextRead[], { sources, bases }: SuggestionGround): readonly StageRun[] {
  const marked = new Set(reads);
  const narrowed: PlannedRead[] = sources.reads.map((read) => (marked.has(read) ? { ...read, narrowedTo: [] } : read));
  return listNarrowedRuns(narrowed, sources, bases);
}

function findCommonCopy(reads: readonly ContextRead[]): { source: string; destination: string } | undefined {
  const copies = reads.map(({ sources, destination }) => ({
    source: sources[0] ?? '',
    destination: destination ?? '/',
  }));
  const [first] = copies;
  if (copies.length <= 1 || !first) return first;
  const places = new Set(copies.map(placeOfRoot));
  const [root] = places;
  return places.size === 1 && root !== undefined ? { source: '', destination: root } : undefined;
}

/** Where the root of the build context would be, if all of it were copied like this folder. */
function placeOfRoot({ source, destination }: { readonly source: string; readonly destination: string }) {
  if (source === '') return destination;
  return destination.endsWith(`/${source}`) ? posix.resolve('/', destination.slice(0, -source.length)) : undefined;
}
