import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertCopySources } from '../src/build-context/assert-copy-sources';
import { openFileDigests } from '../src/build-context/file-digests';
import { NEVER_IN_CONTEXT } from '../src/build-context/filtered-tree';
import { scanBuildContext } from '../src/build-context/scan-build-context';
import { stageBuildContext } from '../src/build-context/stage-build-context';
import { makeTree } from '../src/build-context/testing/temporary-tree';
import { listCopySources } from '../src/dockerfile/list-copy-sources';
import { parseDockerfile } from '../src/dockerfile/parse-dockerfile';
import { selectStages, type BuildSelection } from '../src/dockerfile/select-stages';
import type { FixtureBuild } from '../src/dockerfile/testing/describe-dockerfile';
import { FIXTURE_TREE, NAMED_CONTEXT_TREE } from './dockerfile-fixtures/fixture-tree';
import { makeRunnable } from './dockerfile-fixtures/runnable-dockerfile';
import {
  buildSubstituteBase,
  buildTriggeringBase,
  RECORD_MOUNTS,
  triggeringBaseOf,
} from './dockerfile-fixtures/substitute-base';
import { NOT_GIVEN, REFUSED_BY_ENGINE, REFUSED_BY_US_ALONE } from './dockerfile-fixtures/who-builds';
import { plainDocker, plainPodman, type PlainEngine } from './plain-engines';
import { contextOf } from './random-contexts/copy-lines';
import { listComparable } from './random-contexts/meant-differences';
import { startDockerd, type TestDockerd } from './test-dockerd';

/*
 * Every fixture of the Dockerfile parser is built twice by each engine: from the whole folder, and from what is staged of it. The images have
 * the same files. `makeRunnable` says what is changed so that they can be built here, `REFUSED_BY_ENGINE` which are not, and why.
 */
const FIXTURES = join(__dirname, '../src/dockerfile/fixtures');

interface Fixture {
  readonly build?: FixtureBuild;
  /** There where the parser refuses it. */
  readonly error?: object;
}

const readFixture = (scenario: string): Fixture =>
  JSON.parse(readFileSync(join(FIXTURES, scenario, 'expected.json'), 'utf8')) as Fixture;
const SCENARIOS = readdirSync(FIXTURES);
const REFUSED = SCENARIOS.filter((scenario) => readFixture(scenario).error !== undefined);
const UNDERSTOOD = SCENARIOS.filter((scenario) => !REFUSED.includes(scenario));

jest.setTimeout(180_000);

const folder = mkdtempSync(join(tmpdir(), 'slipway fixtures '));
const repository = `localhost/slipway-fixtures-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
const base = `${repository}:base`;
let root: string;
let namedRoot: string;
let dockerd: TestDockerd;

beforeAll(async () => {
  root = makeTree(FIXTURE_TREE);
  namedRoot = makeTree(NAMED_CONTEXT_TREE);
  dockerd = await startDockerd();
});

afterAll(async () => {
  await dockerd.stop();
  for (const path of [folder, root, namedRoot]) rmSync(path, { recursive: true, force: true });
});

const ENGINES: Readonly<Record<string, () => PlainEngine>> = {
  podman: plainPodman,
  docker: () => plainDocker(dockerd, folder),
};

/** A fixture that can be built. */
interface RunnableFixture {
  readonly engine: PlainEngine;
  readonly place: string;
  /** One character a byte, since some fixtures are no text. */
  readonly dockerfile: string;
  readonly options: readonly string[];
  readonly target: readonly string[];
  readonly selection: BuildSelection;
  /** Tags of what was built of it. */
  readonly built: string[];
}

async function prepare(scenario: string, engine: PlainEngine): Promise<RunnableFixture> {
  const place = mkdtempSync(join(folder, 'fixture-'));
  const { build = {} } = readFixture(scenario);
  const { buildArgs = {}, platform, targetStage, onbuild = {}, namedContexts = [] } = build;
  const substitutes = { baseFor: () => base, command: RECORD_MOUNTS, namedContexts };
  const bases = new Map<string, { readonly tag: string; readonly triggers: readonly string[] }>();
  for (const [reference, written] of Object.entries(onbuild)) {
    if (written.length === 0) continue;
    const triggers = written.map((trigger) => makeRunnable(trigger, substitutes));
    bases.set(reference, { tag: await buildTriggeringBase(engine, place, base, triggers), triggers });
  }
  const triggersOf = (tag: string) => [...bases.values()].find((made) => made.tag === tag)?.triggers ?? [];
  // The base is of the machine's platform.
  const usual = platform === undefined ? base : 'scratch';
  const baseFor = (reference: string): string => bases.get(reference)?.tag ?? usual;
  const original = readFileSync(join(FIXTURES, scenario, 'Dockerfile'), 'latin1');
  return {
    engine,
    place,
    built: [],
    dockerfile: makeRunnable(original, { ...substitutes, baseFor }),
    options: [
      '--network=none',
      ...Object.entries(buildArgs).map(([name, value]) => `--build-arg=${name}=${value}`),
      ...(platform === undefined ? [] : [`--platform=${platform}`]),
      ...namedContexts.map(
        (name) => `--build-context=${name}=${isBase(name, original) ? `docker-image://${base}` : namedRoot}`,
      ),
    ],
    target: targetStage === undefined ? [] : [`--target=${targetStage}`],
    selection: {
      buildArgs,
      platform: platform ?? 'linux/amd64',
      targetStage,
      namedContexts: new Set(namedContexts),
      onbuildOf: triggersOf,
    },
  };
}

/** Whether FROM names an additional build context; podman takes an image alone there. */
function isBase(name: string, dockerfile: string): boolean {
  return new RegExp(`^FROM (?:\\S+/)?${name}(?::| |$)`, 'm').test(dockerfile);
}

/** What is built of a fixture. */
interface FixtureContext {
  readonly name: 'whole' | 'staged';
  /** Absolute path. */
  readonly folder: string;
  /** In place of the context's own ignore file. */
  readonly ignoreText?: string;
}

/** Files of the image that is built of a fixture, of all its stages where it needs several; rejects where the engine refuses it. The image stays. */
async function listFiles(fixture: RunnableFixture, context: FixtureContext): Promise<readonly string[]> {
  const { engine, place, options, target } = fixture;
  const stages = selectStages(parse(fixture), fixture.selection).map(({ stage }) => stage.index);
  const witness = ['', 'FROM scratch', ...stages.map((stage) => `COPY --from=${stage} / /stage-${stage}/`), ''];
  const hasWitness = stages.length > 1;
  const dockerfile = join(place, `${context.name}.Dockerfile`);
  writeFileSync(dockerfile, `${fixture.dockerfile}${hasWitness ? witness.join('\n') : ''}`, 'latin1');
  if (context.ignoreText !== undefined) writeFileSync(`${dockerfile}.dockerignore`, context.ignoreText);
  const tag = `${repository}:${context.name}`;
  await engine.build(context.folder, dockerfile, tag, [...options, ...(hasWitness ? [] : target)]);
  fixture.built.push(tag);
  return listComparable((await engine.trees.readImageTree(tag)).entries);
}

function parse({ dockerfile }: RunnableFixture) {
  return parseDockerfile(Buffer.from(dockerfile, 'latin1').toString('utf8'), 'Dockerfile');
}

/** Stages what the fixture reads of the folder, and lists the files of the image that is built from that. */
async function listFilesOfStaged(fixture: RunnableFixture): Promise<readonly string[]> {
  const { place, selection } = fixture;
  const { reads } = listCopySources(parse(fixture), selection);
  const digests = openFileDigests(join(place, 'digests'), { now: () => 0 });
  const context = await scanBuildContext(contextOf(root), digests, reads);
  assertCopySources(reads, 'Dockerfile', context, NEVER_IN_CONTEXT);
  const staged = join(place, 'staged');
  await stageBuildContext(context, staged);
  return listFiles(fixture, { name: 'staged', folder: staged, ignoreText: context.engineIgnoreText });
}

describe.each(Object.keys(ENGINES))('the Dockerfiles of the fixtures, built by %s', (name) => {
  let engine: PlainEngine;
  beforeAll(async () => {
    engine = (ENGINES[name] as () => PlainEngine)();
    const place = join(folder, name);
    mkdirSync(place);
    await buildSubstituteBase(engine, place, base);
  });
  afterAll(async () => {
    for (const tag of [base, triggeringBaseOf(base)]) await engine.remove(tag).catch(() => undefined);
  });

  it.each(UNDERSTOOD)('%s: the staged context gives the image that the whole folder gives', async (scenario) => {
    const fixture = await prepare(scenario, engine);
    // Side by side, to halve the time; the images are removed afterwards, since docker may have one image for both.
    const [whole, staged] = await Promise.allSettled([
      listFiles(fixture, { name: 'whole', folder: root }),
      listFilesOfStaged(fixture),
    ]);
    for (const tag of fixture.built) await engine.remove(tag);
    if (whole.status === 'rejected') {
      if (REFUSED_BY_ENGINE[name]?.[scenario] === undefined) throw whole.reason;
    } else expect(staged).toEqual(whole);
  });

  const given = REFUSED.filter((scenario) => NOT_GIVEN[name]?.[scenario] === undefined);
  it.each(given)('%s: is refused, as the parser does', async (scenario) => {
    const build = async (): Promise<void> => {
      const { place, dockerfile, options, target } = await prepare(scenario, engine);
      writeFileSync(join(place, 'Dockerfile'), dockerfile, 'latin1');
      await engine.build(root, join(place, 'Dockerfile'), `${repository}:refused`, [...options, ...target]);
      await engine.remove(`${repository}:refused`);
    };
    if (REFUSED_BY_US_ALONE[name]?.[scenario] === undefined) await expect(build()).rejects.toThrow();
    else await build();
  });
});
