import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openBuiltHere } from '../src/artifact/built-here';
import { imageTagOf, keyTagOf } from '../src/artifact/image-record';
import { rememberWorkspace } from '../src/artifact/known-workspaces';
import { createImageCollector } from '../src/cli/gc/collect-images';
import { createMemoryCollector, MEMORY_AGE_MS } from '../src/cli/gc/collect-memory';
import { createWorkspaceCollector } from '../src/cli/gc/collect-workspaces';
import { createPodmanOwnImages } from '../src/engines/podman/podman-own-images';
import { BASE, openEngineLab, podman, realTools, type EngineLab } from './podman-engine-lab';

let lab: EngineLab;

beforeEach(() => {
  lab = openEngineLab();
});
afterEach(() => lab.dispose());

/** An image as image-build leaves it: under both of its tags, and in the machine store's memory. */
async function build(name: string): Promise<{ imageId: string; tag: string; contentKey: string }> {
  const contentKey = Buffer.from(name.padEnd(32, '.')).toString('hex');
  const request = lab.request(name, `FROM ${BASE}\nRUN echo ${lab.prefix} ${name} > /name\n`, {
    tags: [keyTagOf(`${lab.prefix}-${name}`, contentKey)],
  });
  const { imageId } = await lab.builder.buildImage(request);
  const tag = imageTagOf(`${lab.prefix}-${name}`, imageId);
  podman('tag', imageId.slice(7), tag);
  await openBuiltHere(lab.machineStore).record(contentKey, { imageId, stamps: {} });
  return { imageId, tag, contentKey };
}

/** The names of what would be removed of this lab's; `0` is now. */
async function findGarbage(unusedSinceMs: number): Promise<string[]> {
  const { machineStore, tools } = lab;
  const collector = createImageCollector(createPodmanOwnImages(tools), { machineStore, unusedSinceMs, tools });
  return (await collector.find()).map(({ name }) => name).filter((name) => name.includes(lab.prefix));
}

const inAMinute = (): number => Date.now() + 60_000;

function writeRecord(workspaceRoot: string, name: string, imageId: string): void {
  const path = join(workspaceRoot, 'dist', 'images', name, 'image.json');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ schemaVersion: 1, name, imageId, platform: 'linux/amd64', layers: [] }));
}

it('images: removes what no workspace names, no container has and nobody used for long, and nothing else', async () => {
  const { machineStore, tools } = lab;
  const [needed, contained, old] = [await build('needed'), await build('contained'), await build('old')];
  const workspaceRoot = join(lab.folder, 'a workspace');
  writeRecord(workspaceRoot, `${lab.prefix}-needed`, needed.imageId);
  await rememberWorkspace(machineStore, workspaceRoot, Date.now());
  const container = podman('create', '--network', 'none', contained.tag, 'true');
  // What somebody builds upon an image of ours inherits its label.
  podman('tag', old.imageId.slice(7), `localhost/${lab.prefix}-mine:1`);
  try {
    expect(await findGarbage(inAMinute())).toEqual([]);
    podman('untag', `localhost/${lab.prefix}-mine:1`, `localhost/${lab.prefix}-mine:1`);
    expect(await findGarbage(Date.now() - 60_000)).toEqual([]);
    const collector = createImageCollector(createPodmanOwnImages(tools), {
      machineStore,
      unusedSinceMs: inAMinute(),
      tools,
    });
    const items = (await collector.find()).filter(({ name }) => name.includes(`${lab.prefix}-`));
    expect(items.map(({ name }) => name)).toEqual([expect.stringContaining(old.tag)]);
    for (const item of items) await collector.remove(item);
    expect(() => podman('image', 'inspect', old.imageId.slice(7))).toThrow();
    for (const { imageId } of [needed, contained]) podman('image', 'inspect', imageId.slice(7));
    for (const item of items) await collector.remove(item); // Gone already: no error.
  } finally {
    podman('rm', '--force', container);
  }
});

it('layers: removes those of a build that failed, once nothing stands upon them', async () => {
  const { machineStore, tools } = lab;
  const dockerfile = `FROM ${BASE}\nRUN echo ${lab.prefix} > /layer\nRUN exit 3\n`;
  await expect(lab.builder.buildImage(lab.request('failing', dockerfile))).rejects.toThrow();
  const collector = createImageCollector(createPodmanOwnImages(tools), {
    machineStore,
    unusedSinceMs: inAMinute(),
    tools,
  });
  const ours = (await collector.find()).filter(({ reason }) => reason.startsWith('a layer'));
  expect(ours).toHaveLength(1);
  for (const item of ours) await collector.remove(item);
  expect(() => podman('image', 'inspect', (ours[0]?.name ?? '').slice(7))).toThrow();
});

it('memories and workspaces: forgets what is old and what is gone, and keeps the rest', async () => {
  const { machineStore } = lab;
  await openBuiltHere(machineStore).record('a'.repeat(64), { imageId: `sha256:${'1'.repeat(64)}`, stamps: {} });
  const gone = join(lab.folder, 'gone');
  mkdirSync(gone);
  await rememberWorkspace(machineStore, gone, Date.now());
  await rememberWorkspace(machineStore, lab.folder, Date.now());
  rmSync(gone, { recursive: true });
  const at = (now: number) => ({
    machineStore,
    unusedSinceMs: now - 1_000,
    tools: {
      ...realTools(process.env, new AbortController().signal),
      clock: { now: () => now, sleep: () => Promise.resolve() },
    },
  });
  expect(await createMemoryCollector(at(Date.now())).find()).toEqual([]);
  expect(await createWorkspaceCollector(at(Date.now())).find()).toEqual([]);

  const later = at(Date.now() + MEMORY_AGE_MS + 60_000);
  const memories = await createMemoryCollector(later).find();
  expect(memories.map(({ name }) => name)).toEqual(['1 files of built']);
  for (const item of memories) await createMemoryCollector(later).remove(item);
  expect(await openBuiltHere(machineStore).find('a'.repeat(64))).toBeUndefined();

  const workspaces = await createWorkspaceCollector(later).find();
  expect(workspaces.map(({ name }) => name)).toEqual([gone]);
  for (const item of workspaces) await createWorkspaceCollector(later).remove(item);
  expect(existsSync(workspaces[0]?.file ?? '')).toBe(false);
});
