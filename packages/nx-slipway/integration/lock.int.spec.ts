import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pinBases } from '../src/build-context/pin-bases';
import { parseSlipwayLock, type SlipwayLock } from '../src/build-context/slipway-lock';
import { CommandLineLab } from './command-line-lab';
import { RegistryLab } from './registry-lab';

const run = promisify(execFile);
const TRIGGERS = ['COPY . /app', 'LABEL made=here'];

let registry: RegistryLab;
let lab: CommandLineLab;

beforeAll(async () => {
  registry = await RegistryLab.start();
});

afterAll(() => registry.stop());
afterEach(() => lab.remove());

async function openLab(files: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv = {}): Promise<void> {
  lab = await CommandLineLab.create(
    { 'nx.json': JSON.stringify({ analytics: false, plugins: ['nx-slipway'] }), 'package.json': '{}', ...files },
    { ...registry.env, ...env },
  );
}

async function readLock(): Promise<SlipwayLock> {
  return parseSlipwayLock(await lab.read('slipway.lock.json'));
}

describe('lock', () => {
  test('pins bases of FROM, COPY --from and mounts by the digest that the registry has: the list’s, where there is one', async () => {
    const single = await registry.push('team/single', '1', { architecture: 'amd64', comment: 'a', onbuild: TRIGGERS });
    const list = await registry.pushList('team/list', '1', [
      { architecture: 'amd64', comment: 'a' },
      { architecture: 'arm64', comment: 'b', onbuild: TRIGGERS },
    ]);
    const { host } = registry;
    await openLab({
      'apps/web/Dockerfile': `FROM ${host}/team/single:1 AS first
FROM ${host}/team/list:1
COPY --from=first / /
COPY --from=base /a /a
RUN --mount=type=bind,from=${host}/team/list@${list},target=/x true
`,
      'apps/base/Dockerfile': 'FROM scratch\nCOPY Dockerfile /a\n',
    });
    expect(await lab.slipway(['lock'], 'apps/web')).toMatchObject({ exitCode: 0 });
    expect(await readLock()).toEqual({
      schemaVersion: 1,
      bases: {
        [`${host}/team/list:1`]: { digest: list },
        [`${host}/team/single:1`]: { digest: single, onbuild: TRIGGERS },
      },
      proofs: {},
    });
    expect(await lab.read('slipway.lock.json')).toMatch(/^\{\n {2}"schemaVersion": 1,\n[^]*\n\}\n$/);
    expect((await readdir(lab.root)).filter((name) => name.includes('tmp'))).toEqual([]);

    // The triggers are those of the platform that is built.
    await lab.write({
      'apps/web/project.json':
        '{"name":"web","targets":{"image-build":{"options":{"platform":"linux/arm64","targetStage":"second"}}}}',
      'apps/web/Dockerfile': `FROM ${host}/team/list:1 AS second\n`,
    });
    expect(await lab.slipway(['lock', '--update'])).toMatchObject({ exitCode: 0 });
    expect((await readLock()).bases).toEqual({ [`${host}/team/list:1`]: { digest: list, onbuild: TRIGGERS } });
  });

  test('keeps pins until they are updated, drops unused ones, and keeps recipes and proofs', async () => {
    const { host } = registry;
    const push = (repository: string, comment: string): Promise<string> =>
      registry.push(repository, '1', { architecture: 'amd64', comment });
    const old = { a: await push('keep/a', 'old'), b: await push('keep/b', 'old') };
    const proofs = { web: { rule: old.a } };
    await openLab({
      'apps/a/Dockerfile': `FROM ${host}/keep/a:1\n`,
      'apps/b/Dockerfile': `FROM ${host}/keep/b:1\n`,
      'slipway.lock.json': JSON.stringify({
        schemaVersion: 1,
        bases: { 'gone:1': { digest: old.a }, 'made:1': { recipe: 'package.json' } },
        proofs,
      }),
    });
    const first = await lab.slipway(['lock']);
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stdout).toContain(`- gone:1  ${old.a}\n`);
    expect(first.stdout).toContain(`+ ${host}/keep/a:1  ${old.a}\n`);
    expect(first.stderr).toContain('CONTEXT_BASE_UNUSED');
    const recipe = { 'made:1': { recipe: 'package.json' } };
    const pinned = { [`${host}/keep/a:1`]: { digest: old.a }, [`${host}/keep/b:1`]: { digest: old.b } };
    expect(await readLock()).toEqual({ schemaVersion: 1, bases: { ...recipe, ...pinned }, proofs });

    const now = { a: await push('keep/a', 'new'), b: await push('keep/b', 'new') };
    expect(await lab.slipway(['lock'])).toMatchObject({ exitCode: 0, stdout: 'slipway.lock.json is up to date.\n' });
    const check = await lab.slipway(['lock', '--check', '--update']);
    expect(check.exitCode).toBe(1);
    expect(check.stdout).toContain(`- ${host}/keep/b:1  ${old.b}\n+ ${host}/keep/b:1  ${now.b}\n`);
    expect((await readLock()).bases).toEqual({ ...recipe, ...pinned });

    expect(await lab.slipway(['lock', '--update', `${host}/keep/a:1`])).toMatchObject({ exitCode: 0 });
    expect((await readLock()).bases).toMatchObject({
      [`${host}/keep/a:1`]: { digest: now.a },
      [`${host}/keep/b:1`]: { digest: old.b },
    });
    expect(await lab.slipway(['lock', '--update'])).toMatchObject({ exitCode: 0 });
    expect((await readLock()).bases).toMatchObject({ [`${host}/keep/b:1`]: { digest: now.b } });
    expect(await lab.slipway(['lock', '--check', '--update'])).toMatchObject({ exitCode: 0 });
  });

  test('--check fails for a base that is not pinned, asks no registry and writes nothing', async () => {
    await openLab({ 'apps/a/Dockerfile': 'ARG NAME=no.such.registry.invalid/x\nFROM ${NAME}:1\n' });
    const check = await lab.slipway(['lock', '--check']);
    expect(check).toMatchObject({ exitCode: 1, stderr: '' });
    expect(check.stdout).toContain('+ no.such.registry.invalid/x:1  not pinned, named by apps/a/Dockerfile:2\n');
    await expect(lab.read('slipway.lock.json')).rejects.toThrow('ENOENT');
  });

  test('pins what it can, and fails for a base that no registry has', async () => {
    const { host } = registry;
    const digest = await registry.push('some/base', '1', { architecture: 'amd64', comment: 'x' });
    await openLab({
      'apps/a/Dockerfile': `FROM ${host}/some/base:1\nCOPY --from=localhost/made-here:1 / /\nCOPY --from=${host}/some/other:1 / /\n`,
    });
    const answer = await lab.slipway(['lock']);
    expect(answer.exitCode).toBe(1);
    expect(answer.stderr).toMatch(
      /CONTEXT_BASE_UNRESOLVED {2}The base image localhost\/made-here:1, which apps\/a\/Dockerfile:2 names, cannot be pinned: /,
    );
    expect(answer.stderr).toMatch(
      /some\/other:1, which apps\/a\/Dockerfile:3 names, cannot be pinned: .*(?:unknown|not found)/i,
    );
    expect((await readLock()).bases).toEqual({ [`${host}/some/base:1`]: { digest } });
  });

  test.each([
    [['lock', '--update', 'debain:12'], 2, 'Did you mean "debian:12"?'],
    [['lock', 'debian:12'], 2, 'which is the option --update'],
    [['lock'], 1, 'CONFIG_LOCK_INVALID  slipway.lock.json is not valid: line 3: "<<<<<<<" stands where'],
  ])('refuses %j', async (args, exitCode, message) => {
    await openLab({
      'apps/a/Dockerfile': 'FROM debian:12\n',
      'slipway.lock.json': '{\n  "schemaVersion": 1,\n<<<<<<< HEAD\n',
    });
    const answer = await lab.slipway(args);
    expect(answer).toMatchObject({ exitCode, stdout: '' });
    expect(answer.stderr).toContain(message);
  });

  test('with podman where there is no skopeo', async () => {
    const repository = `podman-${process.pid}`;
    const list = await registry.pushList(`${repository}/list`, '1', [
      { architecture: 'amd64', comment: `${process.pid}` },
      { architecture: 'arm64', comment: `${process.pid}` },
    ]);
    // The same image under another name, without a list: podman mixes their digests up.
    const single = await registry.push(`${repository}/single`, '1', {
      architecture: 'amd64',
      comment: `${process.pid}`,
    });
    const { host } = registry;
    const references = [`${host}/${repository}/list:1`, `${host}/${repository}/single:1`] as const;
    const mirrors = await mkdtemp(join(tmpdir(), 'nx-slipway-path-'));
    await openLab(
      { 'apps/a/Dockerfile': `FROM ${references[0]} AS one\nFROM ${references[1]}\nCOPY --from=one / /\n` },
      { PATH: await pathWithout('skopeo', mirrors) },
    );
    try {
      const answer = await lab.slipway(['lock']);
      expect(answer.stderr).toContain('by podman');
      expect(answer).toMatchObject({ exitCode: 0 });
      expect((await readLock()).bases).toEqual({
        [references[0]]: { digest: list },
        [references[1]]: { digest: single },
      });
    } finally {
      await rm(mirrors, { recursive: true });
      await run('podman', ['rmi', '--force', ...references]);
    }
  });
});

describe('pinBases', () => {
  test('makes podman build from the pinned bytes, whatever the tag says now, without a registry once they are there', async () => {
    const repository = `${registry.host}/pinned-${process.pid}`;
    const reference = `${repository}:1`;
    const push = (comment: string): Promise<string> =>
      registry.push(`pinned-${process.pid}`, '1', { architecture: 'amd64', comment });
    const digest = await push('pinned');
    await push('newer');
    await openLab({ Dockerfile: `FROM ${reference}\n` });
    const pins = pinBases([reference], { bases: { [reference]: { digest } } });
    const build = async (env: NodeJS.ProcessEnv = registry.env): Promise<unknown> => {
      const contexts = Object.entries(pins).flatMap(([name, pinned]) => [
        '--build-context',
        `${name}=container-image://${pinned}`,
      ]);
      const args = ['build', '--quiet', '--pull=missing', '--layers', ...contexts, '--label', 'x=y', lab.root];
      const { stdout: imageId } = await run('podman', args, { env: { ...process.env, ...env } });
      const { stdout } = await run('podman', ['image', 'inspect', imageId.trim()]);
      await run('podman', ['rmi', '--force', imageId.trim()]);
      return (JSON.parse(stdout) as { Labels: unknown }[])[0]?.Labels;
    };
    try {
      expect(await build()).toMatchObject({ comment: 'pinned' });
      // Without the settings of the registry podman cannot reach it.
      expect(await build({})).toMatchObject({ comment: 'pinned' });
    } finally {
      await run('podman', ['rmi', '--force', `${repository}@${digest}`]);
    }
  });
});

/** A PATH on which everything is but one command, which several of its folders may have (`/bin` is `/usr/bin`). */
async function pathWithout(name: string, mirrors: string): Promise<string> {
  const folders = (process.env['PATH'] ?? '').split(':');
  const others = await Promise.all(
    folders.map((folder, index) => folderWithout(name, folder, join(mirrors, String(index)))),
  );
  return others.join(':');
}

async function folderWithout(name: string, folder: string, mirror: string): Promise<string> {
  if (!existsSync(join(folder, name))) return folder;
  await mkdir(mirror);
  const names = (await readdir(folder)).filter((entry) => entry !== name);
  await Promise.all(names.map((entry) => symlink(join(folder, entry), join(mirror, entry))));
  return mirror;
}
