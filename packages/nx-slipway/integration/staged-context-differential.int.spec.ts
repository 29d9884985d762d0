import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { openFileDigests } from '../src/build-context/file-digests';
import { openFilteredTree } from '../src/build-context/filtered-tree';
import { scanBuildContext } from '../src/build-context/scan-build-context';
import { selectEntries } from '../src/build-context/select-entries';
import { stageBuildContext } from '../src/build-context/stage-build-context';
import { listCopySources } from '../src/dockerfile/list-copy-sources';
import type { ContextRead } from '../src/dockerfile/copy-sources';
import { parseDockerfile } from '../src/dockerfile/parse-dockerfile';
import { createDockerImageStore } from '../src/engines/docker/docker-image-store';
import type { ImageTrees } from '../src/engines/image-trees';
import { createPodmanImageStore } from '../src/engines/podman/podman-image-store';
import { isSlipwayError } from '../src/errors/slipway-error';
import { realTools } from './podman-engine-lab';
import { listComparable } from './random-contexts/meant-differences';
import { createRandom, type Random } from './random-contexts/random';
import { makeRandomTree } from './random-contexts/random-edits';
import { randomCopy, randomIgnoreFile } from './random-contexts/random-texts';
import { startDockerd, type TestDockerd } from './test-dockerd';

/** More by hand: SLIPWAY_TEST_ROUNDS=200 SLIPWAY_TEST_SEED=7. A round is a tree, an ignore file and a Dockerfile of many COPY lines. */
const ROUNDS = Number(process.env['SLIPWAY_TEST_ROUNDS'] ?? 8);
const SEED = Number(process.env['SLIPWAY_TEST_SEED'] ?? 1);
const COPIES = 10;

jest.setTimeout(120_000 + ROUNDS * 20_000);

const prefix = `slipway-differential-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
const folder = mkdtempSync(join(tmpdir(), 'slipway differential '));
const PLATFORM = { buildArgs: {}, platform: 'linux/amd64' };
let dockerd: TestDockerd;

beforeAll(async () => {
  dockerd = await startDockerd();
});

afterAll(async () => {
  await dockerd.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Engine {
  /** Rejects with what was printed. */
  build(context: string, dockerfile: string, tag: string): Promise<void>;
  readonly trees: ImageTrees;
  remove(tag: string): Promise<void>;
}

const ENGINES: Readonly<Record<string, () => Engine>> = {
  podman: () => ({
    build: (context, dockerfile, tag) => {
      const ignoreFile = existsSync(`${dockerfile}.dockerignore`) ? ['--ignorefile', `${dockerfile}.dockerignore`] : [];
      return run('podman', ['build', '--quiet', '--layers=false', '-t', tag, '-f', dockerfile, ...ignoreFile, context]);
    },
    trees: createPodmanImageStore(realTools(process.env, new AbortController().signal)),
    remove: (tag) => run('podman', ['rmi', '--force', tag]),
  }),
  docker: () => {
    const env = { ...process.env, ...dockerd.env, DOCKER_BUILDKIT: '1' };
    const tools = realTools(env, new AbortController().signal);
    return {
      build: (context, dockerfile, tag) =>
        run('docker', ['build', '--quiet', '--no-cache', '-t', tag, '-f', dockerfile, context], env),
      trees: createDockerImageStore({ machineStore: join(folder, 'machine store'), tools }),
      remove: (tag) => run('docker', ['rmi', '--force', tag], env),
    };
  },
};

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(command, [...args], { env }, (error, stdout, stderr) =>
      error ? reject(new Error(stdout + stderr)) : resolve(),
    );
  });
}

function readsOf(dockerfileText: string): readonly ContextRead[] {
  return listCopySources(parseDockerfile(dockerfileText, 'Dockerfile'), PLATFORM).reads;
}

/** COPY lines that read something: what engines do where nothing is there, each in its own way, is an error or nothing. */
function randomDockerfile(random: Random, root: string): string {
  const tree = openFilteredTree({ workspaceRoot: root, contextRoot: '', dockerfile: 'Dockerfile', ownOutputs: [] });
  const isBroad = random.oneIn(4);
  const lines = Array.from({ length: COPIES }, (_, index) => randomCopy(random, `/${index}`)).filter((line) => {
    const [read] = readsOf(`FROM scratch\n${line}\n`);
    // One line that reads everything would stage for all others what they may have been denied.
    if (!isBroad && read?.sources.some((source) => ['', '*', '[!s]*'].includes(source))) return false;
    return read?.sources.every((source) => selectsFile(read, withoutLinks(root, source))) ?? false;
  });
  return ['FROM scratch', ...lines, 'COPY Dockerfile /', ''].join('\n');

  function selectsFile(read: ContextRead, source: string): boolean {
    return [...selectEntries(tree, [{ ...read, sources: [source] }]).origins.keys()].some(
      (path) => tree.kindOf(path) === 'file',
    );
  }
}

/** What a source leads to, so that the code under test, which follows links by itself, does not choose its own test cases. */
function withoutLinks(root: string, source: string): string {
  if (/[*?[\\]/.test(source) || !existsSync(join(root, source))) return source;
  return relative(root, realpathSync(join(root, source)));
}

async function imageOf(engine: Engine, context: string, dockerfile: string, tag: string): Promise<string[] | string> {
  try {
    await engine.build(context, dockerfile, tag);
  } catch {
    return 'refused';
  }
  try {
    return listComparable((await engine.trees.readImageTree(tag)).entries);
  } finally {
    await engine.remove(tag);
  }
}

async function stage(root: string, dockerfileText: string, into: string): Promise<string> {
  const request = { workspaceRoot: root, contextRoot: '', dockerfile: 'Dockerfile', ownOutputs: [] };
  const digests = openFileDigests(join(into, 'digests'), { now: () => 0 });
  const context = await scanBuildContext(request, digests, readsOf(dockerfileText));
  await stageBuildContext(context, join(into, 'context'));
  const dockerfile = join(into, 'Dockerfile');
  writeFileSync(dockerfile, dockerfileText);
  writeFileSync(`${dockerfile}.dockerignore`, context.engineIgnoreText);
  return dockerfile;
}

describe.each(Object.keys(ENGINES))('the staged context gives the image that the whole folder gives: %s', (name) => {
  it('for random trees, ignore files and Dockerfiles', async () => {
    const engine = (ENGINES[name] as () => Engine)();
    let compared = 0;
    for (let seed = SEED; seed < SEED + ROUNDS; seed++) {
      const random = createRandom(seed);
      const place = mkdtempSync(join(folder, 'case-'));
      const root = join(place, 'whole');
      makeRandomTree(root, random);
      const ignoreText = random.oneIn(4) ? '' : `${randomIgnoreFile(random)}!Dockerfile\n`;
      writeFileSync(join(root, '.dockerignore'), ignoreText);
      writeFileSync(join(root, 'Dockerfile'), '');
      const dockerfileText = randomDockerfile(random, root);
      writeFileSync(join(root, 'Dockerfile'), dockerfileText);
      const tag = `localhost/${prefix}:${name}-${seed}`;
      const whole = await imageOf(engine, root, join(root, 'Dockerfile'), `${tag}-whole`);
      const staged = await stage(root, dockerfileText, place).then(
        (dockerfile) => imageOf(engine, join(place, 'context'), dockerfile, `${tag}-staged`),
        (error: unknown) => (isSlipwayError(error) ? error.problem.message : Promise.reject(error as Error)),
      );
      const facts = { seed, ignoreText, dockerfileText };
      if (whole !== 'refused') compared += dockerfileText.split('\n').length - 2;
      expect({ ...facts, image: staged }).toEqual({ ...facts, image: whole });
      rmSync(place, { recursive: true, force: true });
    }
    // Most lines name nothing that is there, and some rounds are refused by the engine.
    expect(compared).toBeGreaterThan(ROUNDS);
  });
});
