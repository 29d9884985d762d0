import type { CopySources, StageCopy } from '../dockerfile/list-copy-sources';
import { SlipwayError } from '../errors/slipway-error';
import type { BuildContext } from './build-context';
import type { FilteredTree } from './filtered-tree';
import type { NarrowedCopy } from './narrowing/parse-narrow-rule';
import { renderNarrowRule } from './narrowing/render-narrow-rule';
import type { PlannedRead } from './select-entries';

/** A build whose narrowing is to be checked against what its later stages copy. */
export interface NarrowedBuild {
  /** The Dockerfile's name, for messages. */
  readonly source: string;
  readonly tree: FilteredTree;
  readonly reads: readonly PlannedRead[];
  readonly rules: readonly NarrowedCopy[];
  readonly sources: CopySources;
  readonly buildContext: BuildContext;
}

/**
 * Makes sure that no later instruction copies, out of the stage where a narrowed copy put it, a file that narrowing left out. The engine would
 * say that the file is not in the stage; we can say why. What a RUN line makes, and patterns, cannot be judged here.
 * @throws {SlipwayError} CONTEXT_FILE_MISSING
 */
export function assertNothingMissing(build: NarrowedBuild): void {
  const narrowed = build.reads.filter(({ narrowedTo }) => narrowedTo !== undefined);
  if (narrowed.length === 0) return;
  const present = listPresent(build.buildContext);
  for (const copy of build.sources.stageCopies) {
    for (const path of copy.sources) {
      for (const read of narrowed) assertPresent(path, copy, read, present, build);
    }
  }
}

/** Every entry's path and the folders above it. */
function listPresent({ entries }: BuildContext): ReadonlySet<string> {
  return new Set(entries.map(({ path }) => path));
}

function assertPresent(
  stagePath: string,
  copy: StageCopy,
  read: PlannedRead,
  present: ReadonlySet<string>,
  { source, tree, rules, sources }: NarrowedBuild,
): void {
  const origin = sources.reads.find(({ line, text }) => line === read.line && text === read.text);
  if (origin === undefined || origin.destination === null || origin.stage !== copy.fromStage) return;
  for (const folder of origin.sources) {
    const path = pathInContext(stagePath, origin.destination, folder);
    if (path === undefined || present.has(path) || tree.kindOf(path) === undefined) continue;
    const named = rules
      .filter(({ copyText }) => copyText === read.text)
      .flatMap((copied) => copied.rules.map(renderNarrowRule));
    throw new SlipwayError('CONTEXT_FILE_MISSING', {
      source,
      line: copy.line,
      path,
      rules: named.join(', '),
      narrow: `"narrow": ${JSON.stringify({ [read.text]: [...named, `files:${path}`] })}`,
    });
  }
}

/** `COPY src /app` puts `src/a` at `/app/a`. */
function pathInContext(stagePath: string, destination: string, folder: string): string | undefined {
  const prefix = destination === '/' ? '/' : `${destination}/`;
  if (!stagePath.startsWith(prefix)) return undefined;
  const below = stagePath.slice(prefix.length);
  return folder === '' ? below : `${folder}/${below}`;
}
