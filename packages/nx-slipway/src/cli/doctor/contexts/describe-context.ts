import type { PreparedBuild } from '../../../executors/image-build/prepare-build';
import { renderBytes } from '../../render-bytes';
import type { ChangeHistory } from './change-history';
import { countRebuilds } from './plan-contexts';
import { weighDirectories, type WeighedDirectory } from './weigh-directories';

/** What an image is built from, as `doctor --json` prints it. Paths are relative to the root of the build context. */
export interface DescribedContext {
  readonly image: string;
  readonly files: number;
  readonly bytes: number;
  readonly history: {
    /** How many commits were looked at; `null` where the history is not known. */
    readonly commits: number | null;
    /** How many of these changed what the image is built from. */
    readonly rebuilds: number | null;
    /** Why there is no history, or less than was asked for; `null` where all is there. */
    readonly limit: string | null;
  };
  readonly directories: readonly WeighedDirectory[];
}

/** Weighs the staged context of a build. Pure. */
export function describeContextOf(prepared: PreparedBuild, history: ChangeHistory): DescribedContext {
  const { job, buildContext } = prepared;
  const prefix = job.buildContext === '' ? '' : `${job.buildContext}/`;
  const isKnown = history.status === 'known';
  const inContext = isKnown
    ? history.commits.map((paths) =>
        paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)),
      )
    : null;
  return {
    image: job.image,
    files: buildContext.files,
    bytes: buildContext.bytes,
    history: {
      commits: isKnown ? history.commits.length : null,
      rebuilds: countRebuilds(prepared, history),
      limit: isKnown ? history.limit : history.reason,
    },
    directories: weighDirectories(buildContext.entries, inContext),
  };
}

/** The same for a reader. Pure. */
export function renderContext({ files, bytes, history, directories }: DescribedContext): readonly string[] {
  const { commits, rebuilds, limit } = history;
  const often =
    commits === null
      ? `how often it would be rebuilt is not known: ${limit ?? ''}`
      : `${rebuilds ?? 0} of the last ${commits} commits changed what it is built from${limit === null ? '' : ` (${limit})`}`;
  const width = Math.max(0, ...directories.map(({ path }) => path.length));
  return [
    `  staged context: ${files} ${files === 1 ? 'file' : 'files'}, ${renderBytes(bytes)}; ${often}`,
    ...directories.map((directory) => renderDirectory(directory, width)),
  ];
}

function renderDirectory({ path, files, bytes, commits, lines }: WeighedDirectory, width: number): string {
  const [first, ...more] = lines;
  const by = first ? `line ${first.line}: ${first.text}${more.length > 0 ? ` and ${more.length} more` : ''}` : '';
  const size = `${files} ${files === 1 ? 'file' : 'files'}, ${renderBytes(bytes)}`;
  const changes = commits === null ? [] : [`${commits} ${commits === 1 ? 'commit' : 'commits'}`];
  return `    ${[path.padEnd(width), size, ...changes, by].join('  ')}`;
}
