import { execFileSync } from 'node:child_process';
import { mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPodmanImageStore } from '../src/engines/podman/podman-image-store';
import {
  BASE,
  catFrom,
  countTraces,
  failureOf,
  NO_TRACES,
  openEngineLab,
  podman,
  type EngineLab,
} from './podman-engine-lab';

const SHA256_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

let lab: EngineLab;

beforeAll(() => {
  lab = openEngineLab();
});

afterAll(() => lab.dispose());

describe('a build that succeeds', () => {
  it('has its image under its tags, with the constant label only, and leaves nothing else', async () => {
    const dockerfile = `FROM ${BASE}\nCOPY a.txt /a.txt\nRUN echo ${lab.prefix} && cat /a.txt\n`;
    const request = lab.request('success', dockerfile);
    const { imageId } = await lab.builder.buildImage(request);
    const [tag = ''] = request.tags;
    expect(`sha256:${podman('image', 'inspect', '--format', '{{.Id}}', tag)}`).toBe(imageId);
    expect(JSON.parse(podman('image', 'inspect', '--format', '{{json .Labels}}', tag))).toEqual({
      'io.nx-slipway': 'image',
    });
    expect(countTraces(lab, lab.prefix, [])).toEqual(NO_TRACES);
  });

  it('streams each line with the number of its step, per stage where there are several', async () => {
    const dockerfile = `FROM ${BASE} AS tools\nRUN echo from-tools-${lab.prefix} > /t\nFROM ${BASE}\nCOPY --from=tools /t /t\nRUN cat /t; echo on-stderr >&2; sleep 0.2\n`;
    lab.lines.length = 0;
    await lab.builder.buildImage(lab.request('streaming', dockerfile));
    expect(lab.lines).toContain(`[1/2] 2/2 | RUN echo from-tools-${lab.prefix} > /t`);
    expect(lab.lines).toContain(`[2/2] 3/4 | from-tools-${lab.prefix}`);
    expect(lab.lines).toContain('[2/2] 3/4 | on-stderr');
  });

  it('sends the staged files although an ignore file among them would leave them out', async () => {
    const files = { '.dockerignore': '*\n', '.containerignore': '*\n', 'dir/b.txt': 'b\n', 'a b.txt': 'a\n' };
    const request = lab.request('ignored', `FROM ${BASE}\nCOPY . /${lab.prefix}\n`, {}, files);
    const { imageId } = await lab.builder.buildImage(request);
    expect(catFrom(imageId, `/${lab.prefix}/dir/b.txt`)).toBe('b\n');
    expect(catFrom(imageId, `/${lab.prefix}/.dockerignore`)).toBe('*\n');
  });

  it('gives the same image ID for the same staged files in another folder, at another time', async () => {
    const dockerfile = `FROM ${BASE}\nCOPY a.txt /a.txt\nCOPY . /${lab.prefix}\n`;
    const here = lab.request('here', dockerfile, { tags: [] });
    const there = lab.request('there', dockerfile, { tags: [] });
    const first = await lab.builder.buildImage(here);
    podman('image', 'rm', '--force', first.imageId); // So that no layer of the first can be taken for the second.
    const second = await lab.builder.buildImage(there);
    expect(second.imageId).toBe(first.imageId);
  });

  it('sees changed content of a bind mount, of the build context and of another stage', async () => {
    const dockerfile = [
      `FROM ${BASE} AS made`,
      'COPY a.txt /made.txt',
      `FROM ${BASE}`,
      `RUN --mount=type=bind,source=a.txt,target=/m cat /m > /direct-${lab.prefix}`,
      `RUN --mount=from=made,target=/n cat /n/made.txt > /staged-${lab.prefix}`,
    ].join('\n');
    for (const content of ['one\n', 'two\n']) {
      const request = lab.request('mounts', dockerfile, {}, { 'a.txt': content });
      const { imageId } = await lab.builder.buildImage(request);
      expect(catFrom(imageId, `/direct-${lab.prefix}`)).toBe(content);
      expect(catFrom(imageId, `/staged-${lab.prefix}`)).toBe(content);
    }
  });

  it('keeps what is in cache mounts for the next builds, also side by side, but not for a build that is compared', async () => {
    const target = `/cache-${lab.prefix}`;
    const readingBuild = async (name: string, more: { readonly freshCaches?: boolean } = {}): Promise<string[]> => {
      const add = `echo ${name} >> ${target}/log && sleep 0.2 && sort ${target}/log > /seen`;
      const dockerfile = `FROM ${BASE}\nRUN --mount=type=cache,sharing=locked,target=${target} ${add}\n`;
      const { imageId } = await lab.builder.buildImage(lab.request(`cache-${name}`, dockerfile, more));
      return catFrom(imageId, '/seen').trim().split('\n');
    };
    expect(await readingBuild('first')).toEqual(['first']);
    const sideBySide = await Promise.all(['second', 'third'].map((name) => readingBuild(name)));
    expect(sideBySide.map(({ length }) => length).toSorted()).toEqual([2, 3]);
    expect(await readingBuild('compared', { freshCaches: true })).toEqual(['compared']);
    expect(await readingBuild('fourth')).toEqual(['first', 'fourth', 'second', 'third']);
    // The very step that is in the layer cache is run again.
    expect(await readingBuild('fourth', { freshCaches: true })).toEqual(['fourth']);
  });

  it('sees changed values and defaults of arguments in every instruction', async () => {
    const dockerfile = (fallback: string): string =>
      [
        `ARG GLOBAL=${fallback}`,
        `FROM ${BASE} AS parent`,
        'ARG GLOBAL',
        'ARG GIVEN=unknown',
        `ARG COMPOSED="with \${GIVEN}"`,
        `ENV GLOBAL_IN_ENV=$GLOBAL`,
        'ENV COMPOSED_IN_ENV="$COMPOSED"',
        'COPY a.txt /$GIVEN/a.txt',
        'WORKDIR /work/$GIVEN',
        'USER ${GIVEN}',
        `LABEL ${lab.prefix}=$GIVEN`,
        'FROM parent',
        'STOPSIGNAL SIGTERM',
      ].join('\n');
    const format = '{{json .Config.Env}} {{.Config.WorkingDir}} {{.Config.User}} {{json .Labels}}';
    for (const [fallback, given] of [
      ['g1', '1001'],
      ['g1', '1002'],
      ['g2', '1002'],
    ] as const) {
      const request = lab.request('arguments', dockerfile(fallback), { buildArgs: { GIVEN: given } });
      const { imageId } = await lab.builder.buildImage(request);
      const inspected = podman('image', 'inspect', '--format', format, imageId);
      expect(inspected).toContain(`"GLOBAL_IN_ENV=${fallback}","COMPOSED_IN_ENV=with ${given}"`);
      expect(inspected).toContain(` /work/${given} ${given} {"io.nx-slipway":"image","${lab.prefix}":"${given}"}`);
      expect(catFrom(imageId, `/${given}/a.txt`)).toBe('hello\n');
    }
  });

  it('gives the same image ID for the same arguments, cached or not, and shows none of its marks to RUN steps', async () => {
    const dockerfile = `FROM ${BASE}\nARG WORD\nENV IN_ENV=$WORD\nRUN env | grep -v HOSTNAME > /${lab.prefix}-env\n`;
    const build = async (word: string): Promise<string> =>
      (await lab.builder.buildImage(lab.request('same', dockerfile, { buildArgs: { WORD: word }, tags: [] }))).imageId;
    const first = await build('one');
    const other = await build('two');
    expect(await build('one')).toBe(first);
    podman('image', 'rm', '--force', first, other); // So that nothing is cached.
    expect(await build('one')).toBe(first);
    const environment = catFrom(first, `/${lab.prefix}-env`);
    expect(environment).toContain('IN_ENV=one');
    expect(environment).not.toContain('slipway_');
  });

  it('takes the base that an argument names', async () => {
    const made = lab.request('chosen', `FROM ${BASE}\nRUN echo chosen-${lab.prefix} > /chosen\n`);
    await lab.builder.buildImage(made);
    const dockerfile = `ARG CHOSEN=${BASE}\nFROM \${CHOSEN}\nRUN cp /chosen /${lab.prefix}-copy\n`;
    const request = lab.request('choosing', dockerfile, { buildArgs: { CHOSEN: made.tags[0] ?? '' } });
    const { imageId } = await lab.builder.buildImage(request);
    expect(catFrom(imageId, `/${lab.prefix}-copy`)).toBe(`chosen-${lab.prefix}\n`);
  });

  it('leaves out what the ignore rules that it was given leave out', async () => {
    const files = { 'a.txt': 'a\n', 'b.txt': 'b\n' };
    const dockerfile = `FROM ${BASE}\nCOPY . /${lab.prefix}-rules\n`;
    const { imageId } = await lab.builder.buildImage(
      lab.request('rules', dockerfile, { ignoreText: 'b.txt\n' }, files),
    );
    expect(catFrom(imageId, `/${lab.prefix}-rules`)).toBe('a\n');
  });

  it('takes the layers of a bind mount from the cache while its own source is unchanged', async () => {
    const dockerfile = `FROM ${BASE}\nRUN --mount=type=bind,source=a.txt,target=/m cat /m > /${lab.prefix}-cached\nCOPY b.txt /b.txt\n`;
    await lab.builder.buildImage(lab.request('cached', dockerfile, {}, { 'a.txt': 'a\n', 'b.txt': '1\n' }));
    lab.lines.length = 0;
    await lab.builder.buildImage(lab.request('cached', dockerfile, {}, { 'a.txt': 'a\n', 'b.txt': '2\n' }));
    expect(lab.lines.find((line) => line.startsWith('2/4 | --> Using cache'))).toBeDefined();
  });

  it('has its label also where somebody else built its target stage without it', async () => {
    const dockerfile = `FROM ${BASE} AS first\nRUN echo ${lab.prefix} labelled\nFROM first\nRUN true\n`;
    const request = lab.request('part', dockerfile, { targetStage: 'first' });
    const file = join(lab.folder, 'Dockerfile.part');
    writeFileSync(file, dockerfile);
    podman('build', '--layers', '--identity-label=false', '--file', file, lab.folder);
    const { imageId } = await lab.builder.buildImage(request);
    const labels = podman('image', 'inspect', '--format', '{{json .Labels}}', imageId);
    expect(JSON.parse(labels)).toEqual({ 'io.nx-slipway': 'image' });
  });

  it('passes build arguments, target stage and a network of the host', async () => {
    const dockerfile = `FROM ${BASE} AS first\nARG WORD\nRUN echo "$WORD ${lab.prefix}" > /w; readlink /proc/self/ns/net > /net\nFROM first\nRUN false\n`;
    const request = lab.request('options', dockerfile, {
      buildArgs: { WORD: 'two words' },
      targetStage: 'first',
      network: 'host',
    });
    const { imageId } = await lab.builder.buildImage(request);
    expect(catFrom(imageId, '/w')).toBe(`two words ${lab.prefix}\n`);
    expect(catFrom(imageId, '/net')).toBe(`${readlinkSync('/proc/self/ns/net')}\n`);
  });
});

describe('an image of another project', () => {
  const names = ['base', 'base:dev', 'localhost/base:latest', 'registry.example.com/team/base:1.2'];

  it.each(names)('stands for %s in FROM, COPY --from and RUN --mount', async (name) => {
    const made = lab.request('project', `FROM ${BASE}\nRUN echo made-${lab.prefix} > /made\n`);
    await lab.builder.buildImage(made);
    const dockerfile = [
      `FROM ${name} AS inherited`,
      'RUN cp /made /inherited',
      `FROM ${BASE}`,
      'COPY --from=inherited /inherited /inherited',
      `COPY --from=${name} /made /copied`,
      `RUN --mount=type=bind,from=${name},target=/m cat /m/made > /mounted-${lab.prefix}`,
    ].join('\n');
    const projectImages = { [name]: made.tags[0] ?? '' };
    const { imageId } = await lab.builder.buildImage(lab.request('dependent', dockerfile, { projectImages }));
    for (const path of ['/inherited', '/copied', `/mounted-${lab.prefix}`]) {
      expect(catFrom(imageId, path)).toBe(`made-${lab.prefix}\n`);
    }
  });
});

describe('secrets', () => {
  it('reach RUN steps, and neither the image nor the command line nor the output', async () => {
    const secret = `hush-${lab.prefix}`;
    writeFileSync(join(lab.folder, 'secret file'), secret);
    const quiet = openEngineLab({ SLIPWAY_TEST_TOKEN: secret });
    try {
      const dockerfile = `FROM ${BASE}\nRUN --mount=type=secret,id=file --mount=type=secret,id=token sha256sum < /run/secrets/file > /f-${quiet.prefix} && sha256sum < /run/secrets/token > /t\n`;
      const secrets = [`id=file,src=${join(lab.folder, 'secret file')}`, 'id=token,env=SLIPWAY_TEST_TOKEN'];
      const { imageId } = await quiet.builder.buildImage(quiet.request('secrets', dockerfile, { secrets }));
      expect(catFrom(imageId, '/t')).toBe(catFrom(imageId, `/f-${quiet.prefix}`));
      expect(catFrom(imageId, '/t')).not.toContain(SHA256_OF_NOTHING);
      const saved = execFileSync('podman', ['save', '--format', 'oci-archive', imageId], { maxBuffer: 1024 ** 3 });
      const layers = execFileSync(
        'sh',
        [
          '-c',
          'd=$(mktemp -d); tar -x -C "$d"; cat "$d"/blobs/sha256/* | gzip -dcf 2>/dev/null; cat "$d"/blobs/sha256/*; rm -r "$d"',
        ],
        { input: saved, maxBuffer: 1024 ** 3 },
      );
      expect(layers.includes(secret)).toBe(false);
      expect(quiet.commands.join('\n')).not.toContain(secret);
      expect(quiet.lines.join('\n')).not.toContain(secret);
    } finally {
      quiet.dispose();
    }
  });

  it.each([
    ['a file', 'id=pip,src=/nonexistent/pip.conf', '/nonexistent/pip.conf'],
    ['a variable', 'id=pip,env=SLIPWAY_TEST_UNSET', 'SLIPWAY_TEST_UNSET'],
  ])('that come from %s that is not there are told before podman is started', async (_, secret, named) => {
    await lab.builder.removeLeftovers();
    lab.commands.length = 0;
    const failure = await failureOf(
      lab.builder.buildImage(lab.request('nosecret', `FROM ${BASE}\n`, { secrets: [secret] })),
    );
    expect(failure.code).toBe('BUILD_SECRET_MISSING');
    expect(failure.problem.message).toContain(named);
    expect(lab.commands.filter((command) => command.includes(' build '))).toEqual([]);
  });
});

describe('a build that fails', () => {
  const cases = [
    {
      title: 'a RUN step',
      lines: ['RUN echo last words; exit 7'],
      code: 'BUILD_STEP_FAILED',
      says: /Step 2\/3 .*exit code 7/,
    },
    {
      title: 'a killed RUN step',
      lines: ["RUN sh -c 'kill -9 $$'; exit $?"],
      code: 'BUILD_STEP_FAILED',
      says: /exit code 137.*memory/,
    },
    { title: 'a missing COPY source', lines: ['COPY nope.txt /x'], code: 'BUILD_SOURCE_MISSING', says: /nope\.txt/ },
    {
      title: 'a missing COPY --from',
      lines: ['COPY --from=nosuchimage /a /b'],
      code: 'ENGINE_BASE_UNAVAILABLE',
      says: /nosuchimage/,
    },
    { title: 'an unknown signal', lines: ['STOPSIGNAL nosuch'], code: 'BUILD_STEP_FAILED', says: /nosuch/ },
    {
      title: 'a full disk',
      lines: ['RUN head -c 1M /dev/zero > /dev/full'],
      code: 'BUILD_NO_SPACE',
      says: /step 2\/3/,
    },
  ];

  it.each(cases)('by $title says so with a code, and tags nothing', async ({ lines, code, says }) => {
    const request = lab.request('failing', [`FROM ${BASE}`, ...lines, `RUN echo ${lab.prefix}`].slice(0, 2).join('\n'));
    const failure = await failureOf(lab.builder.buildImage(request));
    expect(failure.code).toBe(code);
    expect(failure.problem.message).toMatch(says);
    expect(failure.problem.toolOutput).toContain('STEP 1/3');
    const store = createPodmanImageStore(lab.tools);
    expect((await store.findImages(request.tags)).size).toBe(0);
    expect(countTraces(lab, 'no such marker', [])).toEqual(NO_TRACES);
  });

  it('for a base that is nowhere names it', async () => {
    const failure = await failureOf(
      lab.builder.buildImage(lab.request('nobase', 'FROM nosuchshortname:9\nRUN true\n')),
    );
    expect(failure.code).toBe('ENGINE_BASE_UNAVAILABLE');
    expect(failure.problem.message).toContain('nosuchshortname:9');
  });

  it('for a target stage that does not exist names it', async () => {
    const request = lab.request('nostage', `FROM ${BASE} AS one\n`, { targetStage: 'two' });
    expect((await failureOf(lab.builder.buildImage(request))).code).toBe('DOCKERFILE_STAGE_UNKNOWN');
  });

  it('for a heredoc says that this podman drops them', async () => {
    const request = lab.request('heredoc', `FROM ${BASE}\nRUN <<EOF\necho never run\nEOF\n`);
    const version = podman('--version').split(' ').at(-1) ?? '';
    if (Number.parseFloat(version) >= 4.8) return;
    const failure = await failureOf(lab.builder.buildImage(request));
    expect(failure.code).toBe('ENGINE_SYNTAX_UNSUPPORTED');
    expect(failure.problem.message).toContain(':2 uses a heredoc');
  });

  it('for a podman that is too old says how old, and asks a podman only once for its version', async () => {
    const bin = join(lab.folder, 'old bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'podman'), '#!/bin/sh\necho podman version 3.4.4\n', { mode: 0o755 });
    const old = openEngineLab({ PATH: `${bin}:${process.env['PATH'] ?? ''}` });
    const failure = await failureOf(old.builder.buildImage(old.request('old', `FROM ${BASE}\n`)));
    expect(failure.code).toBe('ENGINE_VERSION_UNSUPPORTED');
    expect(failure.problem.message).toContain('3.4.4');
    old.dispose();
    await lab.builder.buildImage(lab.request('twice', `FROM ${BASE}\nRUN echo ${lab.prefix}\n`));
    expect(lab.commands.filter((command) => command.endsWith('--version')).length).toBeLessThanOrEqual(1);
  });

  it.each([
    [2, 'starts again and succeeds'],
    [3, 'gives up'],
  ])('%i times because an image was removed meanwhile %s', async (times) => {
    const bin = join(lab.folder, `hit ${times} times`);
    mkdirSync(bin);
    const recorded = join(__dirname, '../src/engines/podman/fixtures/image-removed-meanwhile.txt');
    const real = execFileSync('sh', ['-c', 'command -v podman'], { encoding: 'utf8' }).trim();
    const script = [
      '#!/bin/sh',
      `case "$*" in *--ignorefile*)`,
      `  echo x >> '${bin}/calls'`,
      `  if [ $(wc -l < '${bin}/calls') -le ${times} ]; then cat '${recorded}'; exit 125; fi`,
      'esac',
      `exec ${real} "$@"`,
    ];
    writeFileSync(join(bin, 'podman'), script.join('\n'), { mode: 0o755 });
    const hit = openEngineLab({ PATH: `${bin}:${process.env['PATH'] ?? ''}` });
    try {
      const build = hit.builder.buildImage(hit.request('hit', `FROM ${BASE}\nRUN echo ${hit.prefix}\n`));
      if (times === 2) expect((await build).imageId).toMatch(/^sha256:/);
      else expect((await failureOf(build)).problem.message).toContain('podman build ended with 125');
    } finally {
      hit.dispose();
    }
  });

  it('for want of podman says how to get it', async () => {
    const bare = openEngineLab({ PATH: '/nonexistent' });
    const failure = await failureOf(bare.builder.buildImage(bare.request('bare', `FROM ${BASE}\n`)));
    expect(failure.code).toBe('ENGINE_NOT_FOUND');
    bare.dispose();
  });
});

describe('the image store', () => {
  it('finds images by tag, by ID and by short name in one call, and leaves out what is not there', async () => {
    const request = lab.request('store', `FROM ${BASE}\nRUN echo ${lab.prefix} store\n`);
    const { imageId } = await lab.builder.buildImage(request);
    lab.commands.length = 0;
    const [tag = ''] = request.tags;
    const found = await createPodmanImageStore(lab.tools).findImages([
      tag,
      imageId,
      'debian:bookworm-slim',
      'localhost/none:1',
    ]);
    expect([...found.keys()]).toEqual([tag, imageId, 'debian:bookworm-slim']);
    expect(found.get(tag)).toMatchObject({ imageId, platform: 'linux/amd64', labels: { 'io.nx-slipway': 'image' } });
    expect(lab.commands).toHaveLength(1);
  });

  it('lists layers with the sizes that the storage has, and tags an image', async () => {
    const store = createPodmanImageStore(lab.tools);
    const request = lab.request('layers', `FROM ${BASE}\nENV A=b\nRUN head -c 1000000 /dev/zero > /${lab.prefix}\n`);
    const { imageId } = await lab.builder.buildImage(request);
    const layers = await store.listLayers(imageId);
    const diffIds = JSON.parse(podman('image', 'inspect', '--format', '{{json .RootFS.Layers}}', imageId)) as string[];
    expect(layers.map(({ diffId }) => diffId)).toEqual(diffIds);
    expect(layers.at(-1)?.bytes).toBeGreaterThan(1_000_000);
    expect(layers.at(-1)?.bytes).toBeLessThan(1_010_000);
    const tag = `localhost/${lab.prefix}-tagged:i-1`;
    await store.tagImage(imageId, [tag]);
    expect((await store.findImages([tag])).get(tag)?.imageId).toBe(imageId);
  });
});
