import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createPodmanImageBuilder } from '../src/engines/podman/podman-image-builder';
import { makeBaseStorage, removeStorages, writeStorageSettings } from './own-storage';
import { BASE, failureOf, openEngineLab, realTools } from './podman-engine-lab';

const STORAGE_MIB = 24;

describe(`A build in a storage of ${STORAGE_MIB} MiB`, () => {
  const lab = openEngineLab();
  const disk = join(lab.folder, 'disk');
  const root = join(disk, 'root');
  const settings = join(lab.folder, 'storage.conf');
  const tools = realTools({ ...process.env, CONTAINERS_STORAGE_CONF: settings }, lab.abort.signal);
  const builder = createPodmanImageBuilder({ machineStore: lab.machineStore, tools, onLine: () => undefined });
  const files = { large: 'x'.repeat(2 * STORAGE_MIB * 1024 * 1024) };

  beforeAll(() => {
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${STORAGE_MIB}m`, 'tmpfs', disk]);
    const base = makeBaseStorage(lab.folder);
    writeStorageSettings(lab.folder, 'storage.conf', root, [base.graphRoot]);
  });

  afterAll(() => removeStorages(lab.folder));

  it.each([
    ['copies too much', 'COPY large /large'],
    ['writes too much', `RUN head -c ${2 * STORAGE_MIB}M /dev/zero > /large`],
    // Once in the step's own layer, and once more where that is committed.
    ['has no room to commit', `RUN head -c ${STORAGE_MIB / 2 + 2}M /dev/zero > /large`],
  ])('that %s says that the disk is full, how much is free and whose it is', async (_, line) => {
    const request = lab.request('full', `FROM ${BASE}\n${line}\n`, {}, files);
    const failure = await failureOf(builder.buildImage(request));
    expect(failure.code).toBe('BUILD_NO_SPACE');
    expect(failure.problem.message).toMatch(/step 2\/3/);
    expect(failure.problem.message).toMatch(
      new RegExp(`The disk of podman's storage \\(${root}\\) has \\d+ MiB free\\.`),
    );
    expect(failure.problem.message).toMatch(/Images of nx-slipway take \d+ MiB of podman's storage at most/);
    expect(failure.problem.hint).toContain('npx nx-slipway gc');
  });
});
