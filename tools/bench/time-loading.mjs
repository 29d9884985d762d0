// Times the loading of images into a kind cluster of two nodes against `podman save` + `kind load image-archive`, in pairs. The plugin's source
// is bundled on the spot, so that what is timed is what is built.
//   node tools/bench/time-loading.mjs CLUSTER MEGABYTES ROUNDS
//   node tools/bench/time-loading.mjs --render-config      prints a kind config of two nodes with what this machine needs
import { build } from 'esbuild';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const plugin = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'packages', 'nx-slipway');
const MEGABYTE = 1_000_000;
const LAYERS = 4;
// Modules that the source imports at run time are found from here.
mkdirSync(join(plugin, 'node_modules'), { recursive: true });
const folder = mkdtempSync(join(plugin, 'node_modules', '.bench-'));
const prefix = `slipway-bench-${process.pid}`;
try {
  const source = await loadSource();
  if (process.argv[2] === '--render-config') console.log(renderConfig(source));
  else await run(source, ...process.argv.slice(2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function renderConfig({ renderKindConfig, detectMachineNeeds }) {
  const nodes = [{ role: 'control-plane' }, { role: 'worker' }];
  const text = JSON.stringify({ kind: 'Cluster', apiVersion: 'kind.x-k8s.io/v1alpha4', nodes });
  const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  return renderKindConfig({ userConfig: { file: 'bench', text }, needs: detectMachineNeeds(process.platform, read) });
}

async function run(source, cluster, megabytes, rounds) {
  const { tools, close } = source.openTools({ line: (text) => console.log(text) });
  const store = source.createPodmanImageStore(tools);
  const containers = source.openNodeContainers(cluster, 'podman', tools);
  const nodes = (await containers.list()).map((node) => containers.open(node));
  const workspace = mkdtempSync(join(tmpdir(), 'slipway-loading-'));
  const images = [];
  const lab = {
    source,
    tools,
    store,
    containers,
    cluster,
    nodes,
    workspace,
    images,
    megabytes: Number(megabytes),
    rounds: Number(rounds),
  };
  try {
    await compare(lab);
  } finally {
    await forget(nodes, images);
    spawnSync('podman', ['rmi', '--force', ...images.map(({ tag }) => tag)], { stdio: 'ignore' });
    rmSync(workspace, { recursive: true, force: true });
    close();
  }
}

async function compare(lab) {
  const { nodes } = lab;
  const [one, two] = [[nodes[0]], nodes];
  const layerBytes = (lab.megabytes * MEGABYTE) / LAYERS;
  const base = await buildImage(lab, 'base', 'FROM scratch', LAYERS, layerBytes);
  const changed = (name) => buildImage(lab, name, `FROM ${base.tag}`, 1, MEGABYTE);
  const five = [];
  for (let index = 0; index < 5; index++) five.push(await changed(`service-${index}`));

  const first = await rounds(lab, async () => {
    await forget(two, [base, ...five]);
    const ours = await load(lab, one, [base]);
    await forget(two, [base]);
    const theirs = await loadByKind(lab, one, base);
    await forget(two, [base]);
    return { ours, theirs, both: await load(lab, two, [base]) };
  });
  const present = await rounds(lab, async () => ({
    ours: await load(lab, one, [base]),
    theirs: await loadByKind(lab, one, base),
    both: await load(lab, two, [base]),
  }));
  await load(lab, two, five);
  const many = await rounds(lab, async () => ({ ours: await load(lab, one, five), both: await load(lab, two, five) }));
  const change = await rounds(lab, async (round) => ({
    ours: await load(lab, one, [await changed(`ours-${round}`)]),
    theirs: await loadByKind(lab, one, await changed(`theirs-${round}`)),
    both: await load(lab, two, [await changed(`both-${round}`)]),
  }));

  print('present', present, 'bound 500 ms, 8 times, 1.3 nodes');
  print('five images present', many, 'bound 600 ms, 1.3 nodes');
  print('1 MB layer changed', change, 'bound 1000 ms, 1.3 nodes');
  const sent = median(change.map(({ ours }) => ours.sentBytes));
  console.log(
    `${' '.repeat(22)}${sent} bytes sent, ${(sent / (MEGABYTE + 1536)).toFixed(3)} times the layer (bound 1.05)`,
  );
  print('first load', first, 'bound 1 time, 2.0 nodes');
}

function print(title, pairs, bounds) {
  const ms = (values) => `${median(values).toFixed(0)} ms`;
  const ratio = (a, b) => median(pairs.map((pair) => pair[a].ms / pair[b].ms)).toFixed(2);
  const parts = [`ours ${ms(pairs.map(({ ours }) => ours.ms))}`];
  if (pairs[0].theirs)
    parts.push(`save + kind load ${ms(pairs.map(({ theirs }) => theirs.ms))} (${ratio('theirs', 'ours')} times ours)`);
  parts.push(`two nodes ${ms(pairs.map(({ both }) => both.ms))} (${ratio('both', 'ours')} times one)`);
  console.log(`${title.padEnd(22)}${parts.join(', ')}; ${bounds}`);
}

async function rounds(lab, pair) {
  const pairs = [];
  for (let round = 0; round < lab.rounds; round++) pairs.push(await pair(round));
  return pairs;
}

/** As a task does it: from the question which containers are the nodes on. */
async function load({ source, tools, store, containers, workspace }, nodes, images) {
  const machineStore = join(workspace, 'machine');
  const names = new Set(nodes.map(({ name }) => name));
  const listNodes = async () =>
    (await containers.list()).filter(({ name }) => names.has(name)).map((node) => containers.open(node));
  const transport = source.createTransport({ kind: 'layers', nodes: listNodes, source: store, machineStore, tools });
  const start = performance.now();
  const reports = await transport.loadImages(images.map(({ record }) => record));
  return { ms: performance.now() - start, sentBytes: reports.reduce((sum, { sentBytes }) => sum + sentBytes, 0) };
}

async function loadByKind({ cluster, workspace }, nodes, { tag }) {
  const archive = join(workspace, 'image.tar');
  rmSync(archive, { force: true });
  const start = performance.now();
  execFileSync('podman', ['save', '--quiet', '--output', archive, tag], { stdio: 'pipe' });
  const names = nodes.map(({ name }) => name).join(',');
  execFileSync('kind', ['load', 'image-archive', archive, '--name', cluster, '--nodes', names], { stdio: 'pipe' });
  return { ms: performance.now() - start };
}

async function buildImage({ source, store, workspace, images }, name, from, layers, layerBytes) {
  const context = mkdtempSync(join(workspace, 'context-'));
  const lines = [from];
  for (let layer = 0; layer < layers; layer++) {
    writeFileSync(join(context, `${name}-${layer}`), randomBytes(layerBytes));
    lines.push(`COPY ${name}-${layer} /`);
  }
  writeFileSync(join(context, 'Dockerfile'), `${lines.join('\n')}\n`);
  const id = execFileSync('podman', ['build', '--quiet', '--no-cache', '--layers', '--network', 'none', context], {
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();
  const imageId = `sha256:${id}`;
  const record = {
    schemaVersion: 1,
    name: `${prefix}-${name}`,
    imageId,
    platform: 'linux/amd64',
    layers: await store.listLayers(imageId),
  };
  const tag = source.imageTagOf(record.name, imageId);
  await store.tagImage(imageId, [tag]);
  images.push({ record, tag });
  rmSync(context, { recursive: true });
  return { record, tag };
}

/** Takes images off nodes, with what only they hold. */
async function forget(nodes, images) {
  const names = images.flatMap(({ tag, record }) => [tag, record.imageId]);
  const script = 'ctr -n k8s.io images rm "$@"; ctr -n k8s.io leases rm --sync "$(ctr -n k8s.io leases create)"';
  for (const node of nodes) await node.exec(['sh', '-c', script, 'sh', ...names]);
}

async function loadSource() {
  const entry = [
    "export { createTransport } from './clusters/transports/create-transport';",
    "export { openNodeContainers } from './clusters/kind/node-containers';",
    "export { renderKindConfig } from './clusters/kind/render-kind-config';",
    "export { detectMachineNeeds } from './clusters/kind/machine-needs';",
    "export { createPodmanImageStore } from './engines/podman/podman-image-store';",
    "export { openTools } from './exec/open-tools';",
    "export { imageTagOf } from './artifact/image-record';",
  ].join('\n');
  const outfile = join(folder, 'source.mjs');
  await build({
    stdin: { contents: entry, resolveDir: join(plugin, 'src') },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['execa', 'tar-stream', 'zod', 'yaml'],
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
