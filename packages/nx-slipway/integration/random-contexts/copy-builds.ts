import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeEntry } from '../../src/engines/image-trees';
import type { PlainEngine } from '../plain-engines';
import type { CopyLine } from './copy-lines';
import { listComparable } from './meant-differences';

/** How lines are built together. */
export interface SharedBuild {
  /** Absolute path of a folder. */
  readonly context: string;
  /** In place of the context's own ignore file. */
  readonly ignoreText?: string;
  /** The line in this build's Dockerfile. */
  textOf(line: CopyLine): string;
}

/** By the number of a line, what it puts into an image, as `listComparable` has it; nothing for a line that the engine refuses. */
export type LineImages = ReadonlyMap<number, readonly string[]>;

/** Builds lines of one place, a folder for Dockerfiles, into images of the name that are gone afterwards. */
export class CopyBuilds {
  private count = 0;

  constructor(
    private readonly engine: PlainEngine,
    private readonly place: string,
    private readonly imageName: string,
  ) {}

  /** Builds all lines at once. Of those that the engine refuses at once it builds the halves, down to the single line that it refuses. */
  async imagesOf(lines: readonly CopyLine[], build: SharedBuild): Promise<LineImages> {
    if (lines.length === 0) return new Map();
    const texts = lines.map((line) => build.textOf(line));
    const entries = await this.entriesOf(texts, build);
    if (entries !== 'refused') return new Map(lines.map(({ number }) => [number, listBelow(number, entries)]));
    const [first] = lines;
    if (first && lines.length === 1) return new Map([[first.number, []]]);
    const middle = Math.ceil(lines.length / 2);
    const images = await this.imagesOf(lines.slice(0, middle), build);
    return new Map([...images, ...(await this.imagesOf(lines.slice(middle), build))]);
  }

  private async entriesOf(texts: readonly string[], build: SharedBuild): Promise<readonly TreeEntry[] | 'refused'> {
    const tag = `${this.imageName}-${this.count++}`;
    const dockerfile = join(this.place, `${this.count}.Dockerfile`);
    writeFileSync(dockerfile, ['FROM scratch', ...texts, ''].join('\n'));
    if (build.ignoreText !== undefined) writeFileSync(`${dockerfile}.dockerignore`, build.ignoreText);
    try {
      await this.engine.build(build.context, dockerfile, tag);
    } catch {
      return 'refused';
    }
    try {
      return (await this.engine.trees.readImageTree(tag)).entries;
    } finally {
      await this.engine.remove(tag);
    }
  }
}

function listBelow(number: number, entries: readonly TreeEntry[]): string[] {
  return listComparable(entries.filter(({ path }) => path.startsWith(`${number}/`)));
}
