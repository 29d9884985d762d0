import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDisproofs } from '../src/build-context/narrowing/disproofs';
import { SlipwayError } from '../src/errors/slipway-error';
import type { ImageTree, TreeEntry } from '../src/engines/image-trees';
import { jobOfWorkspaceImage } from '../src/executors/image-build/job-of-workspace-image';
import { openPlanningGround } from '../src/executors/image-build/planning-ground';
import { assertNotDisproved, isInSample, proveAgain } from '../src/executors/image-build/prove-sample';
import { proveNarrowing, type ProofEquipment } from '../src/executors/image-build/prove-narrowing';
import { openImageBuildLab, type ImageBuildLab } from './image-build-lab';

const DOCKERFILE =
  'FROM scratch AS build\nCOPY . /src/\nRUN go build -o /out ./web\nFROM scratch\nCOPY --from=build /out /\n';
const STEP = { step: '2/2', instruction: 'RUN x', exitCode: 1, note: '', dockerfile: 'web/Dockerfile' };
const NARROW = { narrow: { 'COPY . /src/': ['files:a.txt'] } };

let lab: ImageBuildLab;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-proof-'));
});
afterEach(() => {
  lab.dispose();
  rmSync(folder, { recursive: true });
});

/** An engine whose images hold what a function makes of the staged files. */
function equip(makeFiles: (staged: readonly string[], build: number) => readonly string[]): ProofEquipment & {
  readonly tags: Set<string>;
  readonly builds: { readonly noCache: boolean }[];
} {
  const trees = new Map<string, ImageTree>();
  const tags = new Set<string>();
  const builds: { readonly noCache: boolean }[] = [];
  return {
    ...lab.equipment,
    tags,
    builds,
    trees: { readImageTree: (tag) => Promise.resolve(trees.get(tag) ?? Promise.reject(new Error(`no ${tag}`))) },
    builder: {
      ...lab.equipment.builder,
      async buildImage(request) {
        const staged = join(folder, String(builds.length));
        await request.stage(staged);
        const files = makeFiles(readdirSync(staged), builds.length);
        builds.push({ noCache: request.noCache ?? false });
        for (const tag of request.tags) {
          tags.add(tag);
          trees.set(tag, { config: {} as ImageTree['config'], entries: files.map(fileOf) });
        }
        return { imageId: `sha256:${createHash('sha256').update(files.join()).digest('hex')}` };
      },
      removeImages: (removed) => {
        for (const tag of removed) tags.delete(tag);
        return Promise.resolve();
      },
    },
  };
}

function fileOf(path: string): TreeEntry {
  return { path, kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 1, sha256: path, linkTarget: null, xattrs: {} };
}

function prove(equipment: ProofEquipment) {
  const ground = openPlanningGround(lab.place, equipment.tools.clock);
  return proveNarrowing(jobOfWorkspaceImage('web', lab.place), ground, equipment);
}

describe('proveNarrowing', () => {
  it('a narrowed build that gives the same image is proven, and no image of the proof is left', async () => {
    lab = openImageBuildLab(DOCKERFILE, NARROW);
    lab.write('web/unused.md', 'x');
    const equipment = equip(() => ['out']);
    const proof = await prove(equipment);
    expect(proof).toMatchObject({ status: 'proven', wrong: [], unstable: [] });
    expect(equipment.builds).toEqual([{ noCache: false }, { noCache: false }]);
    expect(equipment.tags.size).toBe(0);
  });

  it('a narrowed build that misses a file is wrong, file by file, and what differs by itself is told apart', async () => {
    lab = openImageBuildLab(DOCKERFILE, NARROW);
    lab.write('web/needed.md', 'x');
    const equipment = equip((staged, build) => [...staged, `random-${build}`]);
    const proof = await prove(equipment);
    expect(proof).toMatchObject({
      status: 'wrong',
      wrong: [
        { path: '/Dockerfile', kind: 'only in the first' },
        { path: '/needed.md', kind: 'only in the first' },
        { path: '/random-0', kind: 'only in the second' },
      ],
      unstable: [{ path: '/random-1' }],
    });
    expect(equipment.builds[2]).toEqual({ noCache: true });
    expect(equipment.tags.size).toBe(0);
  });

  it('an image that differs from itself cannot be proven', async () => {
    lab = openImageBuildLab(DOCKERFILE, NARROW);
    let clock = 0;
    const equipment = equip(() => ['out']);
    const readImageTree = (): Promise<ImageTree> =>
      Promise.resolve({
        config: {} as ImageTree['config'],
        entries: [{ ...fileOf('built-at'), sha256: `${clock++}` }],
      });
    const { builder } = equipment;
    const buildImage: typeof builder.buildImage = async (request) => ({
      imageId: `${(await builder.buildImage(request)).imageId}${clock++}`,
    });
    expect(await prove({ ...equipment, builder: { ...builder, buildImage }, trees: { readImageTree } })).toMatchObject({
      status: 'not-reproducible',
      unstable: [{ path: '/built-at' }],
    });
  });

  it('refuses, before anything is built, what leaves no trace in an image', async () => {
    lab = openImageBuildLab(DOCKERFILE.replace('go build', 'go test ./... #'), NARROW);
    const equipment = equip(() => ['out']);
    expect(await prove(equipment)).toMatchObject({
      status: 'refused',
      reads: [{ line: 3, command: 'go test ./...', reason: 'names all packages below a folder' }],
    });
    expect(equipment.builds).toEqual([]);
  });

  it('refuses what a later stage does with what it was copied to', async () => {
    const stages = ['FROM scratch AS a', 'COPY . /src/', 'FROM scratch AS b', 'COPY --from=a /src /src'];
    lab = openImageBuildLab(
      [...stages, 'RUN ./check.sh', 'FROM scratch', 'COPY --from=b /ok /ok', ''].join('\n'),
      NARROW,
    );
    expect(await prove(equip(() => ['ok']))).toMatchObject({
      status: 'refused',
      reads: [{ line: 5, command: './check.sh' }],
    });
  });

  it('refuses a narrowed copy into the image itself, unless it is trusted', async () => {
    lab = openImageBuildLab('FROM scratch\nCOPY . /src/\n', NARROW);
    expect(await prove(equip(() => ['out']))).toMatchObject({
      status: 'refused',
      reads: [],
      surviving: [{ line: 2, text: 'COPY . /src/' }],
    });
    lab.dispose();
    const trusted = { narrow: { 'COPY . /src/': { rules: ['files:a.txt'], trusted: true } } };
    lab = openImageBuildLab('FROM scratch\nCOPY . /src/\nRUN make\n', trusted);
    expect(await prove(equip(() => ['out']))).toMatchObject({ status: 'proven' });
  });

  it('proves nothing where the rules leave nothing out', async () => {
    lab = openImageBuildLab(DOCKERFILE, { narrow: { 'COPY . /src/': ['files:**'] } });
    const equipment = equip(() => ['out']);
    expect(await prove(equipment)).toMatchObject({ status: 'nothing-left-out' });
    expect(equipment.builds).toEqual([]);
  });

  it('a narrowed build whose step fails is told apart from one that nothing can build', async () => {
    lab = openImageBuildLab(DOCKERFILE, NARROW);
    const failed = new SlipwayError('BUILD_STEP_FAILED', STEP, { toolOutput: 'no such file' });
    const failing = (isFailing: (build: number) => boolean): ProofEquipment => {
      const equipment = equip(() => ['out']);
      let build = 0;
      const buildImage: typeof equipment.builder.buildImage = (request) =>
        isFailing(build++) ? Promise.reject(failed) : equipment.builder.buildImage(request);
      return { ...equipment, builder: { ...equipment.builder, buildImage } };
    };
    expect(await prove(failing((build) => build === 0))).toMatchObject({
      status: 'narrowed-build-fails',
      problem: { code: 'BUILD_STEP_FAILED', toolOutput: 'no such file' },
    });
    await expect(prove(failing(() => true))).rejects.toMatchObject({ code: 'BUILD_STEP_FAILED' });
  });

  it('has no verdict of a Dockerfile that cannot be built, also where nothing is narrowed', async () => {
    lab = openImageBuildLab('COPY . /src/\n');
    await expect(prove(equip(() => []))).rejects.toMatchObject({ code: expect.stringMatching(/^DOCKERFILE_/) });
  });

  it('removes what it built also where a build fails', async () => {
    lab = openImageBuildLab(DOCKERFILE, NARROW);
    const equipment = equip((_, build) => {
      if (build === 1) throw new Error('no more');
      return ['out'];
    });
    await expect(prove(equipment)).rejects.toThrow('no more');
    expect(equipment.tags.size).toBe(0);
  });
});

describe('the sample', () => {
  it('has only narrowed builds that are proven, as many as asked for', async () => {
    lab = openImageBuildLab(DOCKERFILE, { ...NARROW, proveSample: 0.25 });
    const prepared = await lab.prepare();
    const proven = { ...prepared, narrowing: { ...prepared.narrowing, status: 'proven' as const } };
    expect(isInSample(prepared, 0, {})).toBe(false);
    expect(isInSample(proven, 0.2, {})).toBe(true);
    expect(isInSample(proven, 0.25, {})).toBe(false);
    expect(isInSample(proven, 0.2, { NX_SLIPWAY_PROVE_SAMPLE: '0' })).toBe(false);
    expect(isInSample(proven, 0.9, { NX_SLIPWAY_PROVE_SAMPLE: '1' })).toBe(true);
  });

  it('that finds a narrowing to be wrong fails, and so does every later build, until it is proven', async () => {
    lab = openImageBuildLab(DOCKERFILE, NARROW);
    lab.write('web/needed.md', 'x');
    const prepared = await lab.prepare();
    const proven = { ...prepared, narrowing: { ...prepared.narrowing, status: 'proven' as const } };
    const ground = openPlanningGround(lab.place, lab.equipment.tools.clock);
    expect(() => assertNotDisproved(proven, lab.place.machineStore)).not.toThrow();
    const expected = { code: 'CONTEXT_PROOF_FAILED', message: expect.stringContaining('/needed.md') };
    await expect(
      proveAgain(
        proven,
        ground,
        equip((staged) => staged),
      ),
    ).rejects.toMatchObject(expected);
    expect(() => assertNotDisproved(proven, lab.place.machineStore)).toThrow(/needed\.md/);
    openDisproofs(lab.place.machineStore).forget(prepared.narrowing.digest);
    expect(() => assertNotDisproved(proven, lab.place.machineStore)).not.toThrow();
  });
});
