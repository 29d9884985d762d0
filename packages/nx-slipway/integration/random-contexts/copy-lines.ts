import { existsSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { openFilteredTree, type FilteredTree } from '../../src/build-context/filtered-tree';
import { selectEntries } from '../../src/build-context/select-entries';
import type { ContextRead } from '../../src/dockerfile/copy-sources';
import { listCopySources } from '../../src/dockerfile/list-copy-sources';
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile';
import type { Random } from './random';
import { randomCopy } from './random-texts';

/** A COPY or ADD line into a folder of its own: `/<number>/`. */
export interface CopyLine {
  readonly number: number;
  readonly text: string;
}

/** The lines of one build context. */
export interface ChosenLines {
  /** What an engine probably takes, so many of them in one build. */
  readonly likely: readonly CopyLine[];
  /** What it probably refuses, as the ignore file or the tree has nothing for them. */
  readonly doubtful: readonly CopyLine[];
}

const MOST_TRIES = 400;

/** Different random lines until there are so many likely ones; fewer where the tree, or what is not ignored, has not enough for them. */
export function chooseLines(random: Random, root: string, count: number): ChosenLines {
  const tree = openFilteredTree(contextOf(root));
  const seen = new Set<string>();
  const likely: CopyLine[] = [];
  const doubtful: CopyLine[] = [];
  for (let tries = 0; tries < MOST_TRIES && likely.length < count; tries++) {
    const number = seen.size;
    const line = randomCopy(random, `/NUMBER`);
    if (seen.has(line)) continue;
    seen.add(line);
    const text = line.replace('/NUMBER/', `/${number}/`);
    const [read] = readsOf(`FROM scratch\n${text}\n`);
    const isLikely = read?.sources.every((source) => selectsFile(tree, read, withoutLinks(root, source))) ?? false;
    (isLikely ? likely : doubtful).push({ number, text });
  }
  return { likely, doubtful };
}

/** What the scan of a folder is asked for, with its `Dockerfile` in it. */
export function contextOf(root: string) {
  return { workspaceRoot: root, contextRoot: '', dockerfile: 'Dockerfile', ownOutputs: [] };
}

/** What a Dockerfile reads of its build context. */
export function readsOf(dockerfileText: string): readonly ContextRead[] {
  const selection = { buildArgs: {}, platform: 'linux/amd64' };
  return listCopySources(parseDockerfile(dockerfileText, 'Dockerfile'), selection).reads;
}

/** The same line for a build context that has the old one as one of its folders. */
export function readBelow(folder: string, line: string): string {
  const [, start = '', words = ''] = /^((?:COPY|ADD)(?: --\S+)* )(.*)$/.exec(line) ?? [];
  const below = (sourcesAndDestination: readonly string[]): string[] =>
    sourcesAndDestination.map((word, index, all) =>
      index === all.length - 1 ? word : `${folder}/${word.replace(/^\/+/, '')}`,
    );
  if (words.startsWith('["')) return `${start}${JSON.stringify(below(JSON.parse(words) as string[]))}`;
  return `${start}${below(words.split(' ')).join(' ')}`;
}

function selectsFile(tree: FilteredTree, read: ContextRead, source: string): boolean {
  const { origins } = selectEntries(tree, [{ ...read, sources: [source] }]);
  return [...origins.keys()].some((path) => tree.kindOf(path) === 'file');
}

/** What a source leads to, so that the code under test, which follows links by itself, does not choose its own test cases. */
function withoutLinks(root: string, source: string): string {
  if (/[*?[\\]/.test(source) || !existsSync(join(root, source))) return source;
  return relative(root, realpathSync(join(root, source)));
}
