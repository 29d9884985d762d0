import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDisproofs } from '../src/build-context/narrowing/disproofs';
import type { ImageTree, TreeEntry } from '../src/engines/image-trees';
import { jobOfWorkspaceImage } from '../src/executors/image-build/job-of-workspace-image';
import { openPlanningGround } from '../src/executors/image-build/planning-ground';
import { assertNotDisproved, isInSample, proveAgain } from '../src/executors/image-build/prove-sample';
import { proveNarrowing, type ProofEquipment } from '../src/executors/image-build/prove-narrowing';
import { openImageBuildLab, type ImageBuildLab } from './image-build-lab';

const DOCKERFILE = 'FROM scratch AS build\nCOPY . /src/\nRUN compile a.txt\nFROM scratch\nCOPY --from=build /out /\n';
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
        { path: '/random-1', kind: 'only in the second' },
      ],
      unstable: [{ path: '/random-0' }],
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
    lab = openImageBuildLab(DOCKERFILE.replace('compile', 'go test ./... #'), NARROW);
    const equipment = equip(() => ['out']);
    expect(await prove(equipment)).toMatchObject({
      status: 'refused',
      reads: [{ line: 3, command: 'go test ./...', reason: 'names all packages below a folder' }],
    });
    expect(equipment.builds).toEqual([]);
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
