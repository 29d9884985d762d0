import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { LET_EVERYTHING_THROUGH } from '../src/build-context/build-context';
import { createPodmanCluster } from '../src/clusters/podman/podman-cluster';
import { createDockerImageBuilder } from '../src/engines/docker/docker-image-builder';
import { createDockerImageStore } from '../src/engines/docker/docker-image-store';
import type { BuildRequest } from '../src/engines/image-builder';
import { createPodmanImageStore } from '../src/engines/podman/podman-image-store';
import { imageTagOf } from '../src/artifact/image-record';
import { openMemoryMeter } from '../src/scheduling/measuring/memory-meter';
import { BASE, failureOf, podman, realTools, until } from './podman-engine-lab';
import { startDockerd, type TestDockerd } from './test-dockerd';

const prefix = `slipway-docker-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
const folder = mkdtempSync(join(tmpdir(), 'slipway docker '));
const machineStore = join(folder, 'machine store');
const lines: string[] = [];
let dockerd: TestDockerd;
let abort: AbortController;

beforeAll(async () => {
  dockerd = await startDockerd();
});

beforeEach(() => {
  abort = new AbortController();
  lines.length = 0;
});

afterAll(async () => {
  const images = podman('images', '--filter', `reference=localhost/${prefix}*`, '--format', '{{.Repository}}:{{.Tag}}');
  for (const image of images.split('\n').filter(Boolean)) podman('image', 'rm', '--force', image);
  await dockerd.stop();
  rmSync(folder, { recursive: true, force: true });
});

const tools = (): ReturnType<typeof realTools> => realTools({ ...process.env, ...dockerd.env }, abort.signal);
const builder = (): ReturnType<typeof createDockerImageBuilder> =>
  createDockerImageBuilder({ machineStore, tools: tools(), onLine: (line) => lines.push(line) });
const store = (): ReturnType<typeof createDockerImageStore> => createDockerImageStore({ machineStore, tools: tools() });

function request(
  name: string,
  dockerfileText: string,
  more: Partial<BuildRequest> = {},
  files: Record<string, string> = { 'a.txt': 'hello\n' },
): BuildRequest {
  return {
    stage: (staged) => {
      writeTree(staged, files);
      return Promise.resolve();
    },
    dockerfile: `${name}/Dockerfile`,
    dockerfileText,
    buildArgs: {},
    secrets: [],
    network: 'none',
    projectImages: {},
    tags: [`localhost/${prefix}-${name}:1`],
    ignoreText: LET_EVERYTHING_THROUGH,
    ...more,
  };
}

/** Every time is the epoch, as in every staged context. */
function writeTree(root: string, files: Record<string, string>): void {
  mkdirSync(root, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    utimesSync(join(root, path), 0, 0);
  }
}

async function contentOf(imageId: string): Promise<Map<string, string | null>> {
  const { entries } = await store().readImageTree(imageId);
  return new Map(entries.map(({ path, sha256 }) => [path, sha256]));
}

const sha256Of = (text: string): string =>
  spawnSync('sha256sum', { input: text, encoding: 'utf8' }).stdout.slice(0, 64);

describe('a build that succeeds', () => {
  it('has its image under its tags, with the constant label only, and leaves no folder', async () => {
    const asked = request('success', `FROM ${BASE}\nCOPY a.txt /a.txt\nRUN cat /a.txt\n`);
    const { imageId } = await builder().buildImage(asked);
    const [tag = ''] = asked.tags;
    const image = (await store().findImages([tag, imageId, `localhost/${prefix}-none:1`])).get(tag);
    expect(image).toMatchObject({
      imageId,
      platform: 'linux/amd64',
      labels: { 'io.nx-slipway': 'image' },
      tags: [tag],
    });
    expect((await store().findImages([imageId])).get(imageId)?.imageId).toBe(imageId);
    expect(readdirSync(join(machineStore, 'docker-builds'))).toEqual([]);
  });

  it('streams each line with the number of its step', async () => {
    const dockerfile = `FROM ${BASE} AS tools\nRUN echo from-tools-${prefix} > /t\nFROM ${BASE}\nCOPY --from=tools /t /t\nRUN cat /t; echo on-stderr >&2\n`;
    await builder().buildImage(request('streaming', dockerfile));
    expect(lines).toContain(`[tools] 2/2 | RUN echo from-tools-${prefix} > /t`);
    expect(lines).toContain(`[stage-1] 3/3 | from-tools-${prefix}`);
    expect(lines).toContain('[stage-1] 3/3 | on-stderr');
  });

  it('tells that its memory cannot be measured, and why', async () => {
    const meter = openMemoryMeter({ clock: tools().clock, onSample: () => undefined });
    await builder().buildImage(request('unmeasured', `FROM ${BASE}\nLABEL a=b\n`, { meter }));
    expect([meter.unseenBecause(), meter.measurement()]).toEqual(['docker builds in its daemon', undefined]);
  });

  it('sends the staged files although an ignore file among them would leave them out, and never the Dockerfile', async () => {
    const files = { '.dockerignore': '*\n', 'dir/b.txt': 'b\n', 'a b.txt': 'a\n' };
    const { imageId } = await builder().buildImage(request('ignored', 'FROM scratch\nCOPY . /\n', {}, files));
    expect([...(await contentOf(imageId)).keys()].filter((path) => path !== '')).toEqual([
      '.dockerignore',
      'a b.txt',
      'dir',
      'dir/b.txt',
    ]);
  });

  it('applies the ignore rules that it is given', async () => {
    const files = { 'keep.txt': 'k', 'drop.txt': 'd' };
    const asked = request('rules', 'FROM scratch\nCOPY . /\n', { ignoreText: 'drop.txt\n' }, files);
    const { imageId } = await builder().buildImage(asked);
    expect([...(await contentOf(imageId)).keys()].filter((path) => path !== '')).toEqual(['keep.txt']);
  });

  it('sees changed content of the same size, although every staged file has the same time', async () => {
    for (const content of ['one\n', 'two\n']) {
      const asked = request('same-size', 'FROM scratch\nCOPY a.txt /a.txt\n', {}, { 'a.txt': content });
      const { imageId } = await builder().buildImage(asked);
      expect((await contentOf(imageId)).get('a.txt')).toBe(sha256Of(content));
    }
  });

  it('gives the same image ID for the same staged files in another folder, at another time', async () => {
    const dockerfile = `FROM ${BASE} AS make\nCOPY a.txt /a\nRUN cat /a > /${prefix}\nFROM ${BASE}\nCOPY --from=make /${prefix} /made\nCMD ["x"]\n`;
    const first = await builder().buildImage(request('again', dockerfile));
    const second = await builder().buildImage(request('again', dockerfile, {}, { 'a.txt': 'hello\n', unused: '1' }));
    expect(second.imageId).toBe(first.imageId);
  });

  it('gives the same image ID where a changed source gave the same output', async () => {
    const dockerfile = `FROM ${BASE} AS make\nCOPY . /src\nRUN echo made > /${prefix}-cut\nFROM ${BASE}\nCOPY --from=make /${prefix}-cut /made\n`;
    const first = await builder().buildImage(request('cut', dockerfile, {}, { 'a.txt': 'one\n' }));
    const second = await builder().buildImage(request('cut', dockerfile, {}, { 'a.txt': 'two\n' }));
    expect(second.imageId).toBe(first.imageId);
    expect(lines.join('\n')).toContain('[make] 3/3 | DONE'); // It really ran again.
  });

  it('runs every step again without the layer cache', async () => {
    const dockerfile = `FROM ${BASE}\nRUN echo ran-${prefix}\n`;
    await builder().buildImage(request('cached', dockerfile));
    lines.length = 0;
    await builder().buildImage(request('cached', dockerfile));
    expect(lines).toContain('2/2 | CACHED');
    lines.length = 0;
    await builder().buildImage(request('cached', dockerfile, { noCache: true }));
    expect(lines).toContain(`2/2 | ran-${prefix}`);
  });

  it('takes images of this workspace for their names', async () => {
    const base = request('base', 'FROM scratch\nCOPY a.txt /from-base\n');
    await builder().buildImage(base);
    const projectImages = { 'acme/base:dev': base.tags[0] ?? '' };
    const dockerfile =
      'FROM acme/base:dev AS one\nFROM scratch\nCOPY --from=acme/base:dev /from-base /x\nCOPY --from=one /from-base /y\n';
    const { imageId } = await builder().buildImage(request('derived', dockerfile, { projectImages }));
    expect((await contentOf(imageId)).get('x')).toBe(sha256Of('hello\n'));
    expect((await contentOf(imageId)).get('y')).toBe(sha256Of('hello\n'));
  });

  it('gives steps their arguments and secrets, and keeps the secrets out of the image', async () => {
    const file = join(folder, 'a secret');
    writeFileSync(file, 'from-file\n');
    const dockerfile = [
      `FROM ${BASE} AS unused`,
      'RUN exit 1',
      `FROM ${BASE} AS wanted`,
      'ARG WORD=default',
      `RUN --mount=type=secret,id=f --mount=type=secret,id=e sha256sum /run/secrets/f /run/secrets/e > /sums && echo $WORD > /${prefix}-word`,
      'FROM scratch',
      'COPY nope /',
    ].join('\n');
    const asked = request('inputs', dockerfile, {
      targetStage: 'wanted',
      buildArgs: { WORD: 'given' },
      secrets: [`id=f,src=${file}`, 'id=e,env=SLIPWAY_TEST_SECRET'],
    });
    const withSecret = { ...tools(), env: { ...tools().env, SLIPWAY_TEST_SECRET: 'from-env' } };
    const { imageId } = await createDockerImageBuilder({
      machineStore,
      tools: withSecret,
      onLine: () => undefined,
    }).buildImage(asked);
    const content = await contentOf(imageId);
    expect(content.get(`${prefix}-word`)).toBe(sha256Of('given\n'));
    const sums = `${sha256Of('from-file\n')}  /run/secrets/f\n${sha256Of('from-env')}  /run/secrets/e\n`;
    expect(content.get('sums')).toBe(sha256Of(sums));
    expect([...content].filter(([path, sha256]) => /run\/secrets\/./.test(path) && sha256 !== sha256Of(''))).toEqual(
      [],
    );
  });
});

describe('a build that fails', () => {
  it('says which step, with its exit code', async () => {
    const failure = await failureOf(
      builder().buildImage(request('failing', `FROM ${BASE}\nRUN echo said-${prefix}; exit 7\n`)),
    );
    expect(failure.code).toBe('BUILD_STEP_FAILED');
    expect(failure.problem.message).toContain('Step 2/2 failed');
    expect(failure.problem.message).toContain('exit code 7');
    expect(failure.problem.toolOutput).toContain(`said-${prefix}`);
  });

  it.each([
    ['COPY nope /x', 'BUILD_SOURCE_MISSING'],
    ['COPY --nonsense a.txt /x', 'DOCKERFILE_SYNTAX_INVALID'],
    ['COPY --from=localhost/nosuch:1 /a /a', 'ENGINE_BASE_UNAVAILABLE'],
  ])('knows what is wrong with %s', async (instruction, code) => {
    const failure = await failureOf(builder().buildImage(request('bad', `FROM ${BASE}\n${instruction}\n`)));
    expect(failure.code).toBe(code);
  });

  it('says that a secret is missing, before docker is asked for anything but its version', async () => {
    const asked = request('secretless', `FROM ${BASE}\n`, { secrets: ['id=x,src=/no/such/file'] });
    expect((await failureOf(builder().buildImage(asked))).code).toBe('BUILD_SECRET_MISSING');
  });

  it('says that no daemon answers', async () => {
    const lost = { ...tools(), env: { ...tools().env, DOCKER_HOST: 'unix:///no/such/socket' } };
    const failure = await failureOf(
      createDockerImageBuilder({ machineStore, tools: lost, onLine: () => undefined }).buildImage(
        request('lost', 'FROM scratch\n'),
      ),
    );
    expect(failure.code).toBe('ENGINE_DAEMON_UNREACHABLE');
    expect((await failureOf(createDockerImageStore({ machineStore, tools: lost }).findImages(['x']))).code).toBe(
      'ENGINE_DAEMON_UNREACHABLE',
    );
  });
});

describe('a build that is stopped', () => {
  const isRunning = (marker: string): boolean => spawnSync('pgrep', ['--full', `[s]leep ${marker}`]).status === 0;
  const sleeping = (marker: string): BuildRequest => request('stopped', `FROM ${BASE}\nRUN sleep ${marker}\n`);

  it('leaves no step running and no folder, when it is cancelled', async () => {
    const marker = String(100_000 + Math.floor(Math.random() * 800_000));
    const failure = failureOf(builder().buildImage(sleeping(marker)));
    await until('the step', () => isRunning(marker));
    abort.abort();
    expect(await failure).toMatchObject({ code: 'BUILD_CANCELLED' });
    expect((await failure).problem.message).toContain(`RUN sleep ${marker}`);
    await until('the end of the step', () => !isRunning(marker));
    expect(readdirSync(join(machineStore, 'docker-builds'))).toEqual([]);
  });

  it('says that it took too long', async () => {
    const marker = String(100_000 + Math.floor(Math.random() * 800_000));
    const failure = await failureOf(builder().buildImage({ ...sleeping(marker), timeoutMs: 1_500 }));
    expect(failure.code).toBe('BUILD_TIMED_OUT');
    await until('the end of the step', () => !isRunning(marker));
  });

  it('leaves folders to the next build where its process was killed', async () => {
    const left = join(machineStore, 'docker-builds', '0123456789abcdef');
    mkdirSync(join(left, 'tmp'), { recursive: true });
    expect(await builder().removeLeftovers()).toEqual([`folder ${left}`]);
    expect(existsSync(left)).toBe(false);
    expect(await builder().removeLeftovers()).toEqual([]);
  });
});

describe('the store', () => {
  it('tags, lists layers, and removes tags and not what has others', async () => {
    const { imageId } = await builder().buildImage(request('tags', `FROM ${BASE}\nENV A=b\nCOPY a.txt /a.txt\n`));
    const tags = [`localhost/${prefix}-tags:2`, `localhost/${prefix}-tags:3`];
    await store().tagImage(imageId, tags);
    expect((await store().findImages(tags)).size).toBe(2);
    const layers = await store().listLayers(imageId);
    expect(layers).toHaveLength(2);
    expect(layers.every(({ diffId, bytes }) => /^sha256:[0-9a-f]{64}$/.test(diffId) && bytes > 0)).toBe(true);
    await builder().removeImages([...tags, `localhost/${prefix}-none:1`]);
    expect((await store().findImages([...tags, imageId])).size).toBe(1);
    await builder().removeImages([`localhost/${prefix}-tags:1`]);
    expect((await store().findImages([imageId])).size).toBe(0);
  });

  it('shows the final tree of an image: whiteouts, hard links, links, modes, owners', async () => {
    const dockerfile = [
      `FROM ${BASE} AS made`,
      'COPY a.txt /t/a.txt',
      'RUN cd /t && ln a.txt hard && ln -s a.txt soft && mkdir -p gone/deep kept && touch gone/deep/x kept/y && chmod 4750 a.txt && chown 7:8 kept/y',
      'RUN rm -r /t/gone && rm /t/kept/y && echo z > /t/kept/z',
      'ENV A=b',
      'USER 7',
      'ENTRYPOINT ["/x"]',
      'EXPOSE 80',
    ].join('\n');
    const { imageId } = await builder().buildImage(request('tree', dockerfile));
    const { config, entries } = await store().readImageTree(imageId);
    const tree = new Map(entries.filter(({ path }) => /^t(\/|$)/.test(path)).map((entry) => [entry.path, entry]));
    expect([...tree.keys()]).toEqual(['t', 't/a.txt', 't/hard', 't/kept', 't/kept/z', 't/soft']);
    expect(tree.get('t/hard')).toMatchObject({ kind: 'file', mode: 0o4750, size: 6, sha256: sha256Of('hello\n') });
    expect(tree.get('t/soft')).toMatchObject({ kind: 'link', linkTarget: 'a.txt' });
    expect(config).toMatchObject({
      user: '7',
      entrypoint: ['/x'],
      exposedPorts: ['80/tcp'],
      labels: { 'io.nx-slipway': 'image' },
    });
    expect(config.env).toContain('A=b');
  });

  it('shows the same tree for the same image in podman', async () => {
    const { imageId } = await builder().buildImage(request('both', `FROM ${BASE}\nRUN rm /etc/passwd; ln -s x /y\n`));
    const tag = `localhost/${prefix}-both:1`;
    const archive = new PassThrough();
    await Promise.all([
      store().saveImages([tag], archive),
      tools().runner.run('podman', ['load', '--quiet'], { inputFrom: archive }),
    ]);
    const inPodman = await createPodmanImageStore(tools()).readImageTree(tag);
    expect(inPodman.entries.length).toBeGreaterThan(1_000);
    expect(inPodman).toEqual(await store().readImageTree(imageId));
  });

  it('says that an image whose tree is wanted is not there', async () => {
    expect((await failureOf(store().readImageTree(`localhost/${prefix}-none:1`))).code).toBe('ENGINE_COMMAND_FAILED');
  });
});

describe('the podman cluster', () => {
  const cluster = (): ReturnType<typeof createPodmanCluster> =>
    createPodmanCluster({ name: prefix, machineStore, images: store(), tools: tools() });

  it('gets images from docker under their tags with their image IDs, once', async () => {
    const records = await Promise.all(
      ['one', 'two'].map(async (name) => {
        const { imageId } = await builder().buildImage(request(`load-${name}`, `FROM scratch\nCOPY a.txt /${name}\n`));
        const image = `${prefix}-load-${name}`;
        await store().tagImage(imageId, [imageTagOf(image, imageId)]);
        return { schemaVersion: 1 as const, name: image, imageId, platform: 'linux/amd64', layers: [] };
      }),
    );
    const loaded = await cluster().loadImages(records);
    expect(loaded.map(({ status }) => status)).toEqual(['loaded', 'loaded']);
    expect(loaded[0]?.sentBytes).toBeGreaterThan(1_000);
    for (const { name, imageId } of records) {
      expect(`sha256:${podman('image', 'inspect', '--format', '{{.Id}}', imageTagOf(name, imageId))}`).toBe(imageId);
    }
    expect((await cluster().loadImages(records)).map(({ status, sentBytes }) => [status, sentBytes])).toEqual([
      ['present', 0],
      ['present', 0],
    ]);
  });

  it('says that docker does not have an image', async () => {
    const record = {
      schemaVersion: 1 as const,
      name: `${prefix}-none`,
      imageId: `sha256:${'0'.repeat(64)}`,
      platform: 'linux/amd64',
      layers: [],
    };
    const failure = await failureOf(cluster().loadImages([record]));
    expect(failure.code).toBe('CLUSTER_IMAGE_MISSING');
  });
});
