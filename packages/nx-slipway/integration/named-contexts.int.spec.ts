import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TreeEntry } from '../src/engines/image-trees';
import { createPodmanImageStore } from '../src/engines/podman/podman-image-store';
import { describeBuildRequest } from '../src/executors/image-build/build-image';
import type { PreparedBuild } from '../src/executors/image-build/prepare-build';
import { openImageBuildLab, type ImageBuildLab } from './image-build-lab';
import { BASE, failureOf, openEngineLab, realTools, type EngineLab } from './podman-engine-lab';
import { listComparable } from './random-contexts/meant-differences';

let engine: EngineLab;
const labs: ImageBuildLab[] = [];

beforeEach(() => {
  engine = openEngineLab();
});

afterEach(() => {
  engine.dispose();
  for (const lab of labs.splice(0)) lab.dispose();
});

const DOCKERFILE = [
  `FROM ${BASE} AS build`,
  'RUN --mount=type=bind,from=tools,source=bin,target=/t sh /t/greet > /greeting',
  'FROM scratch',
  'COPY a.txt /a.txt',
  'COPY --from=proto:latest v1 *.md /proto/',
  'COPY --from=build /greeting /greeting',
  '',
].join('\n');

const FILES = {
  'libs/proto/v1/one.proto': 'one',
  'libs/proto/v1/deep/two.proto': 'two',
  'libs/proto/about.md': 'about',
  'libs/proto/unread.txt': 'unread',
  'tools/bin/greet': 'echo hello',
};

function openLab(dockerfile = DOCKERFILE, namedContexts: object = { proto: 'libs/proto', tools: 'tools' }) {
  const lab = openImageBuildLab(dockerfile, { namedContexts });
  labs.push(lab);
  write(lab, FILES);
  return lab;
}

function write(lab: ImageBuildLab, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(lab.place.workspaceRoot, path)), { recursive: true });
    lab.write(path, text);
  }
}

async function buildWithPodman(prepared: PreparedBuild): Promise<readonly TreeEntry[]> {
  const tag = `localhost/${engine.prefix}:${prepared.contentKey.slice(0, 12)}`;
  await engine.builder.buildImage(describeBuildRequest(prepared, {}, [tag], engine.tools));
  return readTree(tag);
}

async function readTree(tag: string): Promise<readonly TreeEntry[]> {
  const store = createPodmanImageStore(realTools(process.env, new AbortController().signal));
  return (await store.readImageTree(tag)).entries;
}

describe('additional build contexts', () => {
  test('what is staged of them gives podman the image that the whole folders give it, and what changes in them is seen', async () => {
    const lab = openLab();
    const first = await lab.prepare();
    const staged = await buildWithPodman(first);
    const root = lab.place.workspaceRoot;
    const plain = `localhost/${engine.prefix}:plain`;
    const contexts = ['proto:latest=libs/proto', 'tools=tools'].flatMap((context) => ['--build-context', context]);
    const args = ['build', '--quiet', '--layers=false', ...contexts, '-t', plain, '-f', 'web/Dockerfile', 'web'];
    execFileSync('podman', args, { cwd: root, stdio: 'pipe' });
    expect(listComparable(staged)).toEqual(listComparable(await readTree(plain)));
    expect(listComparable(staged).join('\n')).toMatch(/proto\/deep\/two.proto/);

    // podman's layer cache must not take the old files for these.
    write(lab, { 'libs/proto/v1/one.proto': 'ONE', 'tools/bin/greet': 'echo other' });
    const second = await lab.prepare();
    expect(second.contentKey).not.toBe(first.contentKey);
    const changed = await buildWithPodman(second);
    const digestsOf = (entries: readonly TreeEntry[]): unknown[] =>
      ['proto/one.proto', 'greeting'].map((path) => entries.find((entry) => entry.path === path)?.sha256);
    const [before, after] = [digestsOf(staged), digestsOf(changed)];
    expect(after).not.toContain(undefined);
    expect(after.filter((digest) => before.includes(digest))).toEqual([]);
  });

  test('only what is read and not ignored decides, the same in every checkout', async () => {
    const lab = openLab();
    const { contentKey, namedContexts } = await lab.prepare();
    expect([...namedContexts].map(([name, { files }]) => [name, files])).toEqual([
      ['proto', 3],
      ['tools', 1],
    ]);
    const other = openLab();
    chmodSync(join(other.place.workspaceRoot, 'libs/proto/about.md'), 0o600);
    expect((await other.prepare()).contentKey).toBe(contentKey);
    write(other, {
      'libs/proto/unread.txt': 'changed',
      'libs/proto/v1/draft.tmp': 'x',
      'libs/proto/.dockerignore': '**/*.tmp\n',
    });
    expect((await other.prepare()).contentKey).toBe(contentKey);
    write(other, { 'libs/proto/v1/three.proto': 'three' });
    expect((await other.prepare()).contentKey).not.toBe(contentKey);
  });

  test('the option is refused where it cannot be meant', async () => {
    const codeOf = async (lab: ImageBuildLab): Promise<string> => (await failureOf(lab.prepare())).code;
    expect(await codeOf(openLab(DOCKERFILE, { proto: 'libs/prto', tools: 'tools' }))).toBe('CONTEXT_NAMED_MISSING');
    expect(await codeOf(openLab('FROM scratch\n', { proto: 'libs/proto' }))).toBe('CONTEXT_NAMED_UNUSED');
    const missing = openLab();
    rmSync(join(missing.place.workspaceRoot, 'libs/proto/v1'), { recursive: true });
    expect(await codeOf(missing)).toBe('CONTEXT_SOURCE_MISSING');
    await expect(async () => openLab(DOCKERFILE, { proto: '../proto' }).prepare()).rejects.toMatchObject({
      code: 'CONFIG_OPTIONS_INVALID',
    });
    const unneeded = 'FROM scratch AS docs\nCOPY --from=proto v1 /v1\nFROM scratch\nCOPY a.txt /\n';
    expect((await openLab(unneeded, { proto: 'libs/proto' }).prepare()).namedContexts.size).toBe(0);
  });
});
