import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { imageTagOf } from '../src/artifact/image-record';
import { writeImageRecords } from '../src/artifact/record-files';
import { secureImages, type SecuredImage } from '../src/executors/image-build/secure-images';
import { readVerifiedClaims } from '../src/executors/image-build/verify-claims';
import { imageIdOf, openImageBuildLab, type ImageBuildLab } from './image-build-lab';

const BUILT = imageIdOf('1');

let lab: ImageBuildLab;

beforeEach(async () => {
  lab = openImageBuildLab('FROM scratch\nCOPY a.txt /\n');
  await lab.build();
  lab.engine.lookups.length = 0;
  lab.lines.length = 0;
});

afterEach(() => lab.dispose());

function secure(): Promise<SecuredImage[]> {
  return secureImages(['web'], lab.place, lab.equipment);
}

/** Writes records as another machine would have made them: of another image, under this key or another. */
async function claim(imageId: string, contentKey?: string): Promise<void> {
  const { record, build } = await lab.build();
  const claimed = { ...build, contentKey: contentKey ?? build.contentKey };
  await writeImageRecords(lab.place.workspaceRoot, { ...record, imageId }, claimed);
  lab.engine.lookups.length = 0;
}

describe('secureImages', () => {
  it('accepts the claimed image under its tag, with one question to the engine', async () => {
    expect(await secure()).toMatchObject([{ origin: 'image.json', record: { imageId: BUILT } }]);
    expect(lab.engine.lookups).toHaveLength(1);
    expect(lab.lines).toEqual([]);
  });

  it('tags the claimed image where the engine has it without its tag', async () => {
    lab.engine.lose('tags');
    expect(await secure()).toMatchObject([{ origin: 'image.json', record: { imageId: BUILT } }]);
    expect(lab.engine.tags.get(imageTagOf('web', BUILT))).toBe(BUILT);
    expect(lab.engine.builds).toHaveLength(1);
  });

  it('does not take another image for the claimed one because it has its tag', async () => {
    const other = imageIdOf('2');
    lab.write('web/a.txt', 'b');
    lab.engine.nextImage = other;
    await lab.build();
    lab.engine.tags.set(imageTagOf('web', BUILT), other);
    await claim(BUILT);
    expect(await secure()).toMatchObject([{ record: { imageId: BUILT } }]);
    expect(lab.engine.tags.get(imageTagOf('web', BUILT))).toBe(BUILT);
  });

  it('builds a lost image again, and says why', async () => {
    lab.engine.lose('images');
    expect(await secure()).toMatchObject([{ origin: 'image.json', record: { imageId: BUILT } }]);
    expect(lab.engine.builds).toHaveLength(2);
    expect(lab.lines.join('\n')).toContain('DEPLOY_IMAGE_BYTES_LOST');
  });

  it('accepts other bytes of the same key for a lost image, tags them and says so', async () => {
    lab.engine.lose('images');
    lab.engine.nextImage = imageIdOf('2');
    expect(await secure()).toMatchObject([{ origin: 'same-key', record: { imageId: imageIdOf('2') } }]);
    expect(lab.engine.tags.get(imageTagOf('web', imageIdOf('2')))).toBe(imageIdOf('2'));
    expect(lab.lines.join('\n')).toContain('DEPLOY_IMAGE_REBUILT_DIFFERS');
  });

  it('takes what this machine built under the key for a claim that it does not have, without a build', async () => {
    await claim(imageIdOf('9'));
    expect(await secure()).toMatchObject([{ origin: 'same-key', record: { imageId: BUILT } }]);
    expect(lab.engine.builds).toHaveLength(1);
  });

  it('accepts an image that was built here before files changed, and says so', async () => {
    lab.write('web/a.txt', 'changed');
    expect(await secure()).toMatchObject([{ origin: 'image.json', record: { imageId: BUILT } }]);
    expect(lab.lines.join('\n')).toContain('ARTIFACT_INPUTS_CHANGED');
  });

  describe('in a run of Nx', () => {
    const SOON = 1_000;
    const begin = (offsetMs: number): void => void (lab.run.beganAt = Date.now() + offsetMs);

    it.each([
      ['the content of a file', (): void => lab.write('web/a.txt', 'changed'), 'a.txt changed'],
      ['the mode of a file', (): void => chmodSync(join(lab.place.workspaceRoot, 'web/a.txt'), 0o755), 'a.txt changed'],
      [
        'the Dockerfile',
        (): void => lab.write('web/Dockerfile', 'FROM scratch\nCOPY a.txt /b\n'),
        'the Dockerfile changed',
      ],
    ])('refuses an image where %s changed before the run, and nothing saw it', async (_, change, told) => {
      change();
      begin(SOON);
      const error = await secure().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'ARTIFACT_INPUTS_MISSED' });
      expect(String(error)).toContain(told);
    });

    it('refuses an image that was built with another option', async () => {
      lab.dispose();
      const options: Record<string, unknown> = { buildArgs: { A: '1' } };
      lab = openImageBuildLab('FROM scratch\nCOPY a.txt /\n', options);
      await lab.build();
      options['buildArgs'] = { A: '2' };
      begin(SOON);
      const error = await secure().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'ARTIFACT_INPUTS_MISSED' });
      expect(String(error)).toContain('build argument A changed from 1 to 2');
    });

    it('accepts the image from before a file was saved during the run, and says so', async () => {
      begin(-SOON);
      lab.write('web/a.txt', 'changed');
      expect(await secure()).toMatchObject([{ origin: 'image.json', record: { imageId: BUILT } }]);
      expect(lab.lines.join('\n')).toContain('ARTIFACT_INPUTS_CHANGED');
    });

    it('refuses it also where this machine remembers no build of the image', async () => {
      lab.write('web/a.txt', 'changed');
      rmSync(join(lab.place.machineStore, 'last-builds'), { recursive: true });
      begin(SOON);
      await expect(secure()).rejects.toMatchObject({ code: 'ARTIFACT_INPUTS_MISSED' });
    });
  });

  it.each([
    ['that the engine has', (): void => undefined],
    ['that the engine has without its tag', (): void => lab.engine.lose('tags')],
    ['that the engine has lost', (): void => lab.engine.lose('images')],
  ])('refuses a claim of other inputs for an image %s', async (_, lose) => {
    await claim(BUILT, 'f'.repeat(64));
    lose();
    await expect(secure()).rejects.toMatchObject({ code: 'ARTIFACT_KEY_MISMATCH' });
    expect(lab.engine.builds).toHaveLength(1);
  });

  it('refuses to build a lost image again when files changed since', async () => {
    lab.write('web/a.txt', 'changed');
    lab.engine.lose('images');
    await expect(secure()).rejects.toMatchObject({ code: 'ARTIFACT_KEY_MISMATCH' });
    expect(lab.engine.builds).toHaveLength(1);
  });
});

describe('secureBases', () => {
  it('builds on the base that the engine has, where the described one was lost and came back as other bytes', async () => {
    lab.write('web/Dockerfile', 'FROM base\n');
    await lab.build('base');
    lab.engine.nextImage = imageIdOf('2');
    await lab.build();
    lab.engine.lose('images');
    lab.engine.nextImage = imageIdOf('3');
    await lab.build();
    expect(lab.engine.builds.at(-1)?.projectImages).toEqual({ base: imageTagOf('base', imageIdOf('3')) });
  });
});

describe('an image that fetches what no key covers', () => {
  it('is built again where it was lost, though this machine has another one of its key', async () => {
    lab.write('web/Dockerfile', 'FROM scratch\nADD https://example.test/a.txt /\n');
    lab.engine.nextImage = imageIdOf('2');
    await lab.build();
    await claim(imageIdOf('9'));
    const before = lab.engine.builds.length;
    expect(await secure()).toMatchObject([{ origin: 'same-key' }]);
    expect(lab.engine.builds).toHaveLength(before + 1);
  });
});

describe('a claim of an image that was built in a configuration of its target', () => {
  beforeEach(() => {
    lab.dispose();
    const dockerfile = 'FROM scratch\nARG FLAGS\nCOPY a.txt /\n';
    lab = openImageBuildLab(dockerfile, {}, { coverage: { buildArgs: { FLAGS: '-cover' } } });
  });

  it('is verified with the options of that configuration', async () => {
    const plain = await lab.build();
    const covered = await lab.build('web', 'coverage');
    expect([plain.build.configuration, covered.build.configuration]).toEqual([undefined, 'coverage']);
    expect(covered.build.contentKey).not.toBe(plain.build.contentKey);
    lab.lines.length = 0;
    expect(await secure()).toMatchObject([{ origin: 'image.json' }]);
    expect(lab.lines).toEqual([]);
    expect(await readVerifiedClaims(['web'], lab.place, lab.equipment.tools.clock)).toEqual([covered.record]);
  });

  it('is refused when that configuration is another one now', async () => {
    const { record, build } = await lab.build('web', 'coverage');
    await writeImageRecords(lab.place.workspaceRoot, record, { ...build, configuration: 'gone' });
    lab.engine.lose('images');
    await expect(secure()).rejects.toMatchObject({ code: 'ARTIFACT_KEY_MISMATCH' });
  });
});
