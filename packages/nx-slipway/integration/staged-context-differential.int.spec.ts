import { lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LET_EVERYTHING_THROUGH } from '../src/build-context/build-context';
import { plainDocker, plainPodman, type PlainEngine } from './plain-engines';
import { CopyBuilds, type SharedBuild } from './random-contexts/copy-builds';
import { chooseLines, readBelow, type ChosenLines, type CopyLine } from './random-contexts/copy-lines';
import { createRandom } from './random-contexts/random';
import { listPaths, makeRandomTree } from './random-contexts/random-edits';
import { randomIgnoreFile } from './random-contexts/random-texts';
import { stageCopyLine, type StagedLine } from './random-contexts/stage-copy-line';
import { startDockerd, type TestDockerd } from './test-dockerd';

/**
 * More by hand: SLIPWAY_TEST_ROUNDS=200 SLIPWAY_TEST_SEED=7. A round is a tree, an ignore file and many COPY and ADD lines, each of
 * which is staged by itself. Builds are slow, so lines share them: one build of all lines from the whole folder, and one from a folder
 * of staged contexts, where each line reads the one that was staged for it.
 */
const { SLIPWAY_TEST_ROUNDS: ROUNDS, SLIPWAY_TEST_SEED: SEED } = process.env;
const LIKELY_LINES = 40;
/** Lines in a round that have builds of their own: of those that the engine probably refuses, and of the others. */
const DOUBTFUL_LINES = 3;
const SINGLE_LINES = 1;
const NOT_PLAIN_LINES = 2;

jest.setTimeout(180_000 + Number(ROUNDS ?? 8) * 30_000);

const prefix = `slipway-differential-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
const folder = mkdtempSync(join(tmpdir(), 'slipway differential '));
let dockerd: TestDockerd;

beforeAll(async () => {
  dockerd = await startDockerd();
});

afterAll(async () => {
  await dockerd.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Of a default run, whose seeds are always the same: rounds, and how many lines they compare at least. */
const DEFAULTS: Readonly<Record<string, { readonly rounds: number; readonly filled: number }>> = {
  podman: { rounds: 8, filled: 200 },
  docker: { rounds: 4, filled: 100 },
};

const ENGINES: Readonly<Record<string, () => PlainEngine>> = {
  podman: plainPodman,
  docker: () => plainDocker(dockerd, folder),
};

/** How many lines were compared. */
interface Tally {
  /** Lines that put something into an image. */
  filled: number;
  /** Lines that are refused, or put nothing into an image, both ways. */
  empty: number;
}

async function compareRound(seed: number, engine: PlainEngine, imageName: string, tally: Tally): Promise<void> {
  const random = createRandom(seed);
  const place = mkdtempSync(join(folder, 'round-'));
  const root = join(place, 'whole');
  makeRandomTree(root, random);
  const ignoreText = random.oneIn(4) ? '' : randomIgnoreFile(random);
  writeFileSync(join(root, '.dockerignore'), ignoreText);
  writeFileSync(join(root, 'Dockerfile'), 'FROM scratch\n');
  const { likely, doubtful } = chooseLines(random, root, LIKELY_LINES);
  await compareLines(
    { likely, doubtful: doubtful.slice(0, DOUBTFUL_LINES) },
    { place, root, facts: { seed, tree: describeTree(root), ignoreText } },
    new CopyBuilds(engine, place, imageName),
    tally,
  );
  rmSync(place, { recursive: true, force: true });
}

interface Ground {
  /** A folder for Dockerfiles and staged contexts. */
  readonly place: string;
  readonly root: string;
  /** What a failure shows, besides the line. */
  readonly facts: Readonly<Record<string, unknown>>;
}

async function compareLines(lines: ChosenLines, ground: Ground, builds: CopyBuilds, tally: Tally): Promise<void> {
  const { place, root, facts } = ground;
  const stagedContexts = join(place, 'staged');
  mkdirSync(stagedContexts);
  const whole: SharedBuild = { context: root, textOf: ({ text }) => text };
  const shared: SharedBuild = {
    context: stagedContexts,
    ignoreText: LET_EVERYTHING_THROUGH,
    textOf: ({ number, text }) => readBelow(String(number), text),
  };
  const stage = (line: CopyLine): Promise<StagedLine> => stageCopyLine(line, root, stagedContexts);
  const imageOfStaged = async (staged: StagedLine): Promise<readonly string[]> => {
    if (staged.status === 'refused') return [];
    const { number, context, engineIgnoreText } = staged;
    const images = await builds.imagesOf([staged], {
      context,
      ignoreText: engineIgnoreText,
      textOf: ({ text }) => text,
    });
    return images.get(number) ?? [];
  };
  const compare = (staged: StagedLine, image: readonly string[] = [], expected: readonly string[] = []): void => {
    const seen = { ...facts, line: staged.text, refusal: staged.status === 'refused' ? staged.message : null };
    expect({ ...seen, image }).toEqual({ ...seen, image: expected });
    tally[expected.length > 0 ? 'filled' : 'empty']++;
  };

  const expected = await builds.imagesOf(lines.likely, whole);
  const isTaken = ({ number }: CopyLine): boolean => (expected.get(number) ?? []).length > 0;
  const staged = await inOrder(lines.likely, stage);
  // What an ignore file says that engines read differently is the engine's to apply, and says it of one context.
  const isPlain = (line: StagedLine): boolean =>
    line.status === 'staged' && line.engineIgnoreText === LET_EVERYTHING_THROUGH;
  const together = staged.filter((line) => isTaken(line) && isPlain(line));
  const images = await builds.imagesOf(together, shared);
  for (const line of together) compare(line, images.get(line.number), expected.get(line.number));

  const notPlain = staged.filter((line) => isTaken(line) && !isPlain(line));
  const notTaken = staged.filter((line) => !isTaken(line));
  for (const line of [...together.slice(0, SINGLE_LINES), ...notPlain.slice(0, NOT_PLAIN_LINES), ...notTaken]) {
    compare(line, await imageOfStaged(line), expected.get(line.number));
  }
  for (const line of lines.doubtful) {
    const staged = await stage(line);
    compare(staged, await imageOfStaged(staged), (await builds.imagesOf([line], whole)).get(line.number));
  }
}

async function inOrder<In, Out>(items: readonly In[], act: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  for (const item of items) results.push(await act(item));
  return results;
}

function describeTree(root: string): string[] {
  return listPaths(root).map((path) => {
    const isLink = lstatSync(join(root, path)).isSymbolicLink();
    return isLink ? `${path} -> ${readlinkSync(join(root, path))}` : path;
  });
}

describe.each(Object.keys(ENGINES))('the staged context gives the image that the whole folder gives: %s', (name) => {
  it('for random trees, ignore files and COPY and ADD lines', async () => {
    const engine = (ENGINES[name] as () => PlainEngine)();
    const { rounds = 1, filled = 0 } = DEFAULTS[name] ?? {};
    const isDefault = ROUNDS === undefined && SEED === undefined;
    const first = Number(SEED ?? 1);
    const tally: Tally = { filled: 0, empty: 0 };
    for (let seed = first; seed < first + Number(ROUNDS ?? rounds); seed++) {
      await compareRound(seed, engine, `localhost/${prefix}:${name}-${seed}`, tally);
    }
    expect(tally.filled).toBeGreaterThanOrEqual(isDefault ? filled : 0);
    expect(tally.filled + tally.empty).toBeGreaterThan(0);
  });
});
