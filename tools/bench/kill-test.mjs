/**
 * Kills `image-build` at random moments and looks at what is left, in a workspace and a machine store of its own:
 *   node tools/bench/kill-test.mjs ROUNDS [SEED]        called by kill-test.sh, which cleans up
 * Each round changes an input, starts `nx run killed:image-build`, sends SIGKILL or SIGTERM to the executor, the engine or all that nx
 * started, at a random moment of staging, building, tagging and writing the outputs, and starts it again. Then: image.json is whole or absent;
 * Nx has no success of a run that failed; the next run succeeds, and its image has the new content; and nothing bears the marks of a build
 * any more. Prints a line for each round, and ends with 1 at the first thing that is wrong.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [rounds = '300', seed = String(Date.now() % 100_000)] = process.argv.slice(2);
const { KILL_TEST_FOLDER: folder = '', KILL_TEST_MODULES: modules = '' } = process.env;
if (folder === '' || modules === '') throw new Error('run it by tools/bench/kill-test.sh');

const BASE = 'docker.io/library/debian:bookworm-slim';
const RUN_LIMIT_MS = 120_000;
const STAGED_FILES = 1_500;
const root = join(folder, 'work space');
const machineStore = join(folder, 'state');
// Project and image have a name that nothing else on this machine has.
const image = `killed-${basename(folder)
  .toLowerCase()
  .replaceAll(/[^a-z0-9]+/g, '-')}`;
const record = join(root, 'dist', 'images', image, 'image.json');
const env = { ...process.env, NX_SLIPWAY_STATE_DIR: machineStore, NX_DAEMON: 'false', NX_TUI: 'false', CI: 'true' };
const random = openRandom(Number(seed));
const running = new Set();
process.on('SIGTERM', () => {
  for (const pid of running) kill(-pid, 'SIGKILL');
  process.exit(143);
});

makeWorkspace();
writeContent('first');
const first = startRun();
await first.spoke();
const spokeAt = performance.now();
const { code: firstCode, output: firstOutput } = await first.ended();
assert(firstCode === 0, `the first run failed:\n${firstOutput}`);
const tookMs = performance.now() - spokeAt;
console.log(`seed ${seed}; an undisturbed task takes ${(tookMs / 1_000).toFixed(1)} s`);
await assertNothingLeft([]);

const tally = {};
for (let round = 1; round <= Number(rounds); round++) await killOnce(round);
console.log(
  `${rounds} kills: ${Object.entries(tally)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')}`,
);
console.log(
  'cached success of a build that failed or was killed: 0; image.json whole or absent: always; left behind: nothing',
);

async function killOnce(round) {
  const content = `round ${round} of ${seed}`;
  writeContent(content);
  const before = readIfThere(record);
  const run = startRun();
  const target = pick(['executor', 'engine', 'everything']);
  const signal = pick(['SIGKILL', 'SIGTERM']);
  // From when nx has started the task to a little after its end: some kills come too late, as in life.
  const afterMs = Math.round(random() * tookMs * 1.02);
  await run.spoke();
  await Promise.race([sleep(afterMs), run.ended()]);
  const builds = listBuilds();
  const victims = send(signal, target, run.pid);
  const { code, output } = await run.ended();
  const phase = code === 0 ? 'not reached' : victims === 0 ? 'not there yet' : phaseOf(output);
  for (const id of listBuilds()) if (!builds.includes(id)) builds.push(id);
  const after = readIfThere(record);
  assert(after === undefined || isWholeRecord(after), `image.json is not whole:\n${after}`);
  assert(code === 0 || after === undefined || after === before, 'a run that failed has written image.json');

  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const next = await startRun().ended();
  assert(next.code === 0, `the run after ${signal} to the ${target} failed:\n${next.output}`);
  if (code !== 0)
    assert(!/local cache|existing outputs match/.test(next.output), `a build that failed is cached:\n${next.output}`);
  const made = readIfThere(record);
  assert(made !== undefined && isWholeRecord(made), `image.json of the next run is not whole: ${made}`);
  const { imageId } = JSON.parse(made);
  assert(contentOf(imageId) === content, `the image has "${contentOf(imageId)}" and not "${content}"`);
  await assertNothingLeft(builds);
  const what = `${signal} to ${target}`;
  tally[what] = (tally[what] ?? 0) + 1;
  console.log(`${String(round).padStart(4)}  ${what.padEnd(22)} after ${String(afterMs).padStart(5)} ms  ${phase}`);
}

function makeWorkspace() {
  mkdirSync(join(root, 'service', 'many'), { recursive: true });
  symlinkSync(modules, join(root, 'node_modules'));
  write('nx.json', JSON.stringify({ analytics: false, plugins: ['nx-slipway'] }));
  write('package.json', '{"name": "kill-test", "private": true}');
  write('.gitignore', 'node_modules\ndist\n.nx\n');
  write('service/project.json', JSON.stringify({ name: image }));
  for (let file = 0; file < STAGED_FILES; file++) write(`service/many/${file}`, `${file}\n`);
  execFileSync('git', ['init', '--quiet'], { cwd: root });
}

/** The content is in a file and in the steps, so that each round stages, runs and commits anew. */
function writeContent(content) {
  write('service/content', content);
  const steps = [
    'COPY content /content',
    'RUN sleep 0.4; head -c 4M /dev/zero > /zero',
    'COPY many /many',
    'RUN sleep 0.4',
  ];
  write('service/Dockerfile', [`FROM ${BASE}`, `LABEL io.nx-slipway.kill-test="${image}"`, ...steps, ''].join('\n'));
}

function write(path, text) {
  writeFileSync(join(root, path), text);
}

function startRun() {
  const child = spawn(process.execPath, [join(root, 'node_modules', '.bin', 'nx'), 'run', `${image}:image-build`], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child.pid);
  child.once('exit', () => running.delete(child.pid));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exit = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  const limit = AbortSignal.timeout(RUN_LIMIT_MS);
  const late = new Promise((_, reject) =>
    limit.addEventListener('abort', () => reject(new Error(`no end:\n${output}`))),
  );
  late.catch(() => undefined);
  const speech = new Promise((resolve) => child.stdout.once('data', resolve));
  return {
    pid: child.pid,
    spoke: () => Promise.race([speech, exit, late]),
    ended: async () => ({ code: await Promise.race([exit, late]), output }),
  };
}

/** How many processes got it. */
function send(signal, target, nxPid) {
  const all = listProcesses();
  const family = (pid) => [pid, ...all.filter(({ parent }) => parent === pid).flatMap((child) => family(child.pid))];
  const below = new Set(family(nxPid));
  const chosen = {
    executor: () => all.filter(({ pid, argv }) => below.has(pid) && argv.includes('run-executor')),
    engine: () =>
      all.filter(({ argv }) => argv.startsWith('podman') && argv.includes(machineStore) && argv.includes(' build ')),
    everything: () => all.filter(({ pid }) => below.has(pid)),
  };
  // Parents first, so that none of them reacts.
  return chosen[target]().filter(({ pid }) => kill(pid, signal)).length;
}

function kill(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // It has ended.
  }
}

function phaseOf(output) {
  if (output.includes(`${image}: built`)) return 'while the outputs were written';
  const step = [...output.matchAll(/(\d+\/\d+) \| /g)].at(-1)?.[1];
  if (step !== undefined) return `in step ${step}`;
  return output.includes('building, because') ? 'while staging' : 'before the build';
}

function isWholeRecord(text) {
  try {
    const { schemaVersion, name, imageId, layers } = JSON.parse(text);
    return schemaVersion === 1 && name === image && /^sha256:[0-9a-f]{64}$/.test(imageId) && layers.length > 0;
  } catch {
    return false;
  }
}

/** From the storage itself: starting a container takes longer. */
function contentOf(imageId) {
  const mounted = execFileSync('podman', ['image', 'mount', imageId.slice(7)], { encoding: 'utf8' }).trim();
  try {
    return readFileSync(join(mounted, 'content'), 'utf8');
  } finally {
    execFileSync('podman', ['image', 'unmount', imageId.slice(7)], { stdio: 'ignore' });
  }
}

/** Processes that were killed by the kernel along with their parent may take a moment to be gone. */
async function assertNothingLeft(builds) {
  let left = listLeft(builds);
  for (const end = Date.now() + 10_000; left.length > 0 && Date.now() < end; left = listLeft(builds)) await sleep(50);
  assert(left.length === 0, `left behind:\n  ${left.join('\n  ')}`);
}

/** Everything that bears the marks of this machine store's builds. */
function listLeft(builds) {
  const processes = listProcesses().filter(
    ({ pid, argv, environment, cwd }) =>
      pid !== process.pid &&
      pid !== process.ppid &&
      !argv.includes('kill-test') &&
      (argv.includes(machineStore) ||
        environment.includes(`TMPDIR=${machineStore}`) ||
        `${cwd}/`.startsWith(`${root}/`)),
  );
  const own = (path) => path.includes(machineStore) || path.includes(machineStore.replaceAll(' ', '\\040'));
  return [
    ...processes.map(({ pid, argv }) => `process ${pid} ${argv.slice(0, 120)}`),
    ...listBuilds().map((id) => `temporary folder of build ${id}`),
    ...linesOf(readFileSync('/proc/self/mountinfo', 'utf8'))
      .filter(own)
      .map((mount) => `mount ${mount}`),
    ...linesOf(run('runc', ['list']))
      .filter(own)
      .map((entry) => `runc entry ${entry}`),
    ...builds
      .flatMap((id) => linesOf(run('find', ['/sys/fs/cgroup', '-type', 'd', '-name', id])))
      .map((path) => `cgroup ${path}`),
    ...listWorkingContainers(builds).map((id) => `working container ${id}`),
    ...listHeldLocks(builds).map((name) => `lock ${name}`),
    ...listLedgerEntries().map((entry) => `ledger entry ${entry}`),
    ...listFiles(machineStore)
      .filter((path) => path.endsWith('.tmp'))
      .map((path) => `temporary file ${path}`),
    ...listFiles(join(root, 'dist'))
      .filter((path) => path.endsWith('.tmp'))
      .map((path) => `temporary file ${path}`),
  ];
}

function listWorkingContainers(builds) {
  if (builds.length === 0) return [];
  const storage = join(readIfThere(join(folder, 'graph-root'))?.trim() ?? '', 'overlay-containers');
  return readFolder(storage).filter((id) => {
    const text = readIfThere(join(storage, id, 'userdata', 'buildah.json')) ?? '';
    return builds.some((build) => text.includes(build));
  });
}

/** Locks are sockets in the abstract namespace, whose names are digests (docs/decisions/0001-locks-are-sockets.md). */
function listHeldLocks(builds) {
  const held = readFileSync('/proc/net/unix', 'utf8');
  const buildKey = readIfThere(join(root, 'dist', 'images', image, 'build.json'));
  const names = [
    ...builds.map((id) => `podman-build:${id}`),
    ...(buildKey === undefined ? [] : [`build:${JSON.parse(buildKey).contentKey}`]),
    'build-slot:0',
    'build-alone',
  ];
  return names.filter((name) => {
    const digest = createHash('sha256').update(`${machineStore}\0${name}`).digest('hex').slice(0, 40);
    return held.includes(`@nx-slipway-lock-${digest}`);
  });
}

/** The newest version of each of admission's ledgers holds an entry for each build that runs or waits. */
function listLedgerEntries() {
  return readFolder(join(machineStore, 'admission'))
    .flatMap((pool) => {
      const folder = join(machineStore, 'admission', pool);
      const newest = Math.max(0, ...readFolder(folder).map((name) => Number(/^(\d+)\.json$/.exec(name)?.[1] ?? 0)));
      return newest === 0 ? [] : JSON.parse(readFileSync(join(folder, `${newest}.json`), 'utf8')).entries;
    })
    .map((entry) => JSON.stringify(entry));
}

function listBuilds() {
  return readFolder(join(machineStore, 'builds'));
}

function listFiles(path) {
  return existsSync(path) ? readdirSync(path, { recursive: true }).map((name) => join(path, name)) : [];
}

function listProcesses() {
  return readFolder('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const of = (file) => readFileSync(`/proc/${name}/${file}`, 'utf8');
        const argv = of('cmdline').replaceAll('\0', ' ').trim();
        const stat = of('stat');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (state === 'Z') return [];
        return [
          {
            pid: Number(name),
            parent: Number(parent),
            argv,
            environment: of('environ'),
            cwd: readlinkSync(`/proc/${name}/cwd`),
          },
        ];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
}

function run(command, args) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    return String(error.stdout ?? ''); // find complains of cgroups that others remove while it looks.
  }
}

function readFolder(path) {
  return existsSync(path) ? readdirSync(path) : [];
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function linesOf(text) {
  return text.split('\n').filter(Boolean);
}

function pick(choices) {
  return choices[Math.floor(random() * choices.length)];
}

/** mulberry32: the same seed gives the same kills. */
function openRandom(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function assert(condition, message) {
  if (condition) return;
  console.error(message);
  process.exit(1);
}
