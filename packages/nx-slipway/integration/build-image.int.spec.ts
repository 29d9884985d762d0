import { chmodSync, chownSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { imageTagOf, keyTagOf } from '../src/artifact/image-record';
import { writeImageRecords } from '../src/artifact/record-files';
import { SlipwayError } from '../src/errors/slipway-error';
import { buildImage, type BuildOutcome } from '../src/executors/image-build/build-image';
import { jobOfWorkspaceImage } from '../src/executors/image-build/job-of-workspace-image';
import { openPlanningGround } from '../src/executors/image-build/planning-ground';
import { prepareBuild } from '../src/executors/image-build/prepare-build';
import { readVerifiedClaims } from '../src/executors/image-build/verify-claims';
import { imageIdOf, openImageBuildLab, type ImageBuildLab } from './image-build-lab';

/** Not root, whose files the lab's are. */
const SOMEBODY = 1000;

const DOCKERFILE = 'FROM scratch\nARG V\nCOPY a.txt /\n';

let lab: ImageBuildLab;

afterEach(() => lab.dispose());

describe('buildImage', () => {
  it('builds what the engine does not have, and gives it its two tags', async () => {
    lab = openImageBuildLab(DOCKERFILE, { buildArgs: { V: '1' }, stamps: { S: 'fixed' }, timeoutSeconds: 5 });
    const { contentKey } = await lab.prepare();
    const outcome = await lab.build();
    expect(lab.engine.builds).toMatchObject([
      {
        dockerfile: 'web/Dockerfile',
        dockerfileText: DOCKERFILE,
        ignoreText: '!**\n',
        buildArgs: { V: '1', S: 'fixed' },
        tags: [keyTagOf('web', contentKey)],
        timeoutMs: 5_000,
      },
    ]);
    expect(lab.engine.builds[0]?.stagedPaths).toContain('a.txt');
    expect(lab.engine.tags.get(imageTagOf('web', imageIdOf('1')))).toBe(imageIdOf('1'));
    expect(outcome).toMatchObject({ status: 'built', record: { imageId: imageIdOf('1') }, build: { contentKey } });
    expect(await lab.equipment.builtHere.find(contentKey)).toEqual({ imageId: imageIdOf('1'), stamps: { S: 'fixed' } });
  });

  it('gives two checkouts that differ in path, umask, owner, times and engine the same content key', async () => {
    lab = openImageBuildLab(DOCKERFILE, { engine: 'podman' });
    const other = openImageBuildLab(DOCKERFILE, { engine: 'docker' });
    try {
      const path = join(other.place.workspaceRoot, 'web/a.txt');
      chmodSync(path, 0o600);
      chownSync(path, SOMEBODY, SOMEBODY);
      chownSync(dirname(path), SOMEBODY, SOMEBODY);
      utimesSync(path, 1_000, 1_000);
      const [here, there] = await Promise.all([lab.prepare(), other.prepare()]);
      expect([here, there].map(({ job }) => job.options.engine)).toEqual(['podman', 'docker']);
      expect(there.contentKey).toBe(here.contentKey);
      other.write('web/a.txt', 'another');
      expect((await other.prepare()).contentKey).not.toBe(here.contentKey);
    } finally {
      other.dispose();
    }
  });

  it('reuses the image under the key tag, with the stamps that it was built with', async () => {
    lab = openImageBuildLab(DOCKERFILE, { stamps: { S: 'fixed' } });
    await lab.build();
    expect(await lab.build()).toMatchObject({
      status: 'reused',
      record: { imageId: imageIdOf('1') },
      build: { stamps: { S: 'fixed' } },
    });
    expect(lab.engine.builds).toHaveLength(1);
  });

  it('a release is built once for each set of stamps, and its claim holds whatever the commit is now', async () => {
    lab = openImageBuildLab(DOCKERFILE, { stamps: { S: '{commitSha}' } });
    const { place, equipment } = lab;
    const release = async (value: string): Promise<BuildOutcome> => {
      const ground = openPlanningGround(place, equipment.tools.clock);
      const stampsInKey = { S: value };
      return buildImage(await prepareBuild(jobOfWorkspaceImage('web', place), ground, { stampsInKey }), equipment);
    };
    const first = await release('one');
    expect(first.build).toMatchObject({ stamps: { S: 'one' }, stampsInKey: true });
    expect([(await release('one')).status, (await release('two')).status]).toEqual(['reused', 'built']);
    expect(lab.engine.builds.map(({ buildArgs }) => buildArgs)).toEqual([{ S: 'one' }, { S: 'two' }]);
    await writeImageRecords(place.workspaceRoot, first.record, first.build);
    expect(await readVerifiedClaims(['web'], place, equipment.tools.clock)).toEqual([first.record]);
    lab.write('web/a.txt', 'changed');
    expect(await readVerifiedClaims(['web'], place, equipment.tools.clock)).toBeUndefined();
  });

  it('a new period of refresh is another key, and is built without the layer cache; within a period nothing is', async () => {
    lab = openImageBuildLab(DOCKERFILE, { refresh: '7d', refreshEpoch: 1 });
    await lab.build();
    expect((await lab.build()).status).toBe('reused');
    lab.write('web/a.txt', 'b');
    await lab.build();
    Object.assign(lab.place.workspaceImages[0]?.options ?? {}, { refreshEpoch: 2 });
    expect(await lab.build()).toMatchObject({ status: 'built', reason: 'refresh period changed from 1 to 2' });
    expect(lab.engine.builds.map(({ noCache }) => noCache)).toEqual([false, false, true]);
  });

  it('builds again when a file is another', async () => {
    lab = openImageBuildLab(DOCKERFILE);
    await lab.build();
    lab.write('web/a.txt', 'b');
    expect((await lab.build()).status).toBe('built');
  });

  it('builds in spite of the key tag where an equal key does not promise an equal image', async () => {
    lab = openImageBuildLab('FROM scratch\nADD https://example.com/x /x\n');
    await lab.build();
    const outcome = await lab.build();
    expect(outcome.status).toBe('built');
    expect(outcome.reason).toContain('line 2');
    expect(lab.engine.builds).toHaveLength(2);
  });

  it.each([
    ['podman and docker have one content key', 'COPY a.txt /', 1],
    ['so they have where a later podman has the syntax', 'COPY --link a.txt /', 1],
    ['they have two where no podman has it', 'ADD --keep-git-dir a.txt /', 2],
    ['they have two where they read a line differently', 'COPY a.txt /\\\\', 2],
  ])('%s: %s', async (_, line, count) => {
    const keys: string[] = [];
    for (const engine of ['podman', 'docker']) {
      lab = openImageBuildLab(`FROM scratch\n${line}\n`, { engine });
      keys.push((await lab.prepare()).contentKey);
      lab.dispose();
    }
    expect(new Set(keys).size).toBe(count);
  });

  it('gives the engine what the ONBUILD triggers of a pinned base read', async () => {
    lab = openImageBuildLab('FROM node:20-onbuild\n');
    expect((await lab.prepare()).sources.unknownTriggers).toEqual([{ line: 1, reference: 'node:20-onbuild' }]);
    const pin = { digest: `sha256:${'0a'.repeat(32)}`, onbuild: ['COPY a.txt /app/'] };
    lab.write('slipway.lock.json', JSON.stringify({ schemaVersion: 1, bases: { 'node:20-onbuild': pin } }));
    const { buildContext, sources } = await lab.prepare();
    expect(buildContext.entries.map(({ path }) => path)).toEqual(['a.txt']);
    expect(sources.unknownTriggers).toEqual([]);
  });

  it.each([
    ['of a registry', 'node:20-onbuild', 'CONTEXT_ONBUILD_UNKNOWN', 'npx nx-slipway lock'],
    ['of this workspace', 'base', 'CONTEXT_ONBUILD_OF_PROJECT', 'Write these instructions into web/Dockerfile'],
  ])(
    'a base %s with triggers that nobody knew of: the image is not kept, and the hint helps',
    async (_, base, code, hint) => {
      lab = openImageBuildLab(`FROM ${base}\n`);
      await lab.build('base');
      const { store } = lab.equipment;
      const findImages: typeof store.findImages = async (references) => {
        const found = await store.findImages(references);
        const stored = {
          imageId: imageIdOf('1'),
          platform: 'linux/amd64',
          tags: [],
          labels: {},
          onbuild: ['COPY . /app/'],
        };
        return new Map(
          references.map((reference) => [reference, { ...stored, ...found.get(reference), onbuild: stored.onbuild }]),
        );
      };
      const prepared = await lab.prepare();
      const onlyBases = {
        ...store,
        findImages: (references: readonly string[]) =>
          (references.includes(keyTagOf('web', prepared.contentKey)) ? store : { findImages }).findImages(references),
      };
      await expect(buildImage(prepared, { ...lab.equipment, store: onlyBases })).rejects.toMatchObject({
        problem: { code, hint: expect.stringContaining(hint) as string },
      });
      expect(lab.engine.tags.has(keyTagOf('web', prepared.contentKey))).toBe(false);
    },
  );

  it.each([
    ['docker', ['CONTEXT_IGNORE_OF_PODMAN']],
    ['podman', []],
  ])('applies a .containerignore with %s, and warns: %j', async (engine, codes) => {
    lab = openImageBuildLab('FROM scratch\nCOPY . /\n', { engine });
    lab.write('web/.containerignore', 'a.txt\n');
    const { buildContext, problems } = await lab.prepare();
    expect(buildContext.entries.map(({ path }) => path)).not.toContain('a.txt');
    expect(problems.map(({ code }) => code)).toEqual(codes);
  });

  it.each([
    ['podman', ['CONTEXT_MOUNT_FILTERED']],
    ['docker', []],
  ])('tells %s that ignored files are not in a mounted folder: %j', async (engine, codes) => {
    lab = openImageBuildLab('FROM scratch\nRUN --mount=target=/src /make\n', { engine });
    lab.write('web/.dockerignore', 'a.txt\n');
    const { problems } = await lab.prepare();
    expect(problems.map(({ code }) => code)).toEqual(codes);
  });

  it('builds once for two at the same time, and the one who waits says so', async () => {
    lab = openImageBuildLab(DOCKERFILE);
    const prepared = await lab.prepare();
    const outcomes = await Promise.all([buildImage(prepared, lab.equipment), buildImage(prepared, lab.equipment)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['built', 'reused']);
    expect(lab.engine.builds).toHaveLength(1);
    expect(lab.lines.join('\n')).toContain('web: waiting for another process');
  });

  it('builds the Dockerfile that its key was made of, although the file has changed by then', async () => {
    lab = openImageBuildLab('FROM scratch\n', { dockerfile: 'beside.Dockerfile' });
    lab.write('beside.Dockerfile', DOCKERFILE);
    const prepared = await lab.prepare();
    lab.write('beside.Dockerfile', 'FROM scratch\n');
    await buildImage(prepared, lab.equipment);
    expect(lab.engine.builds[0]?.dockerfileText).toBe(DOCKERFILE);
  });

  it('refuses a Dockerfile with bytes that a text cannot hold', async () => {
    lab = openImageBuildLab(DOCKERFILE);
    lab.write('web/Dockerfile', Buffer.from('FROM scratch\nENV A=caf\xe9\n', 'latin1'));
    await expect(lab.prepare()).rejects.toMatchObject({
      code: 'DOCKERFILE_SYNTAX_INVALID',
      problem: { message: expect.stringContaining('web/Dockerfile:2') as unknown },
    });
  });

  it('remembers and tags nothing of a build that fails', async () => {
    lab = openImageBuildLab(DOCKERFILE);
    lab.engine.nextImage = new SlipwayError('BUILD_CANCELLED', { step: 'step 1/2' });
    const prepared = await lab.prepare();
    await expect(buildImage(prepared, lab.equipment)).rejects.toMatchObject({ code: 'BUILD_CANCELLED' });
    expect(lab.engine.tags.size).toBe(0);
    expect(await lab.equipment.builtHere.find(prepared.contentKey)).toBeUndefined();
  });
});

describe('prepareBuild', () => {
  it('warns of a Dockerfile that git ignores, which Nx does not hash', async () => {
    lab = openImageBuildLab(DOCKERFILE);
    lab.write('.gitignore', 'web/Dockerfile\n');
    const { problems } = await lab.prepare();
    expect(problems.map(({ code }) => code)).toContain('CONTEXT_INPUT_INVISIBLE');
  });

  it('does not take an image of a registry, named with its digest, for the one of this workspace', async () => {
    lab = openImageBuildLab(`FROM base@${imageIdOf('7')}\n`);
    expect(await lab.prepare()).toMatchObject({ projectImages: {}, baseImages: [] });
  });
});
