// Times admission to the machine's memory.
//   node tools/bench/time-admission.mjs alone                    one build after the other, nobody else there
//   node tools/bench/time-admission.mjs measuring                what following a cgroup and a process tree takes of a core; needs root
//   node tools/bench/time-admission.mjs contending PROCESSES     that many processes, each with some builds of which a part fits at a time
// A step is one look at the machine and the ledger, with what follows of it: coming in, being let through, leaving. Waiting for the ledger's lock is part of it;
// waiting for memory is not, and neither is what a process needs to start: each first makes a few builds with a ledger of its own, and all begin when the last has.
import { fork, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [part, argument = '64'] = process.argv.slice(2);
const CYCLES = 5;
const HELD_MS = 300;
const MEASURED_MS = 10_000;
const SHORTEST_PAUSE_MS = 100;
const limits = { reserveMiB: undefined, maxConcurrent: undefined };

if (part === 'worker') await work(argument);
else {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-admission-'));
  try {
    await bundle(folder);
    if (part === 'alone') await timeAlone(folder);
    else if (part === 'measuring') await timeMeasuring(folder);
    else await timeContending(folder, Number(argument));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundle(folder) {
  const { build } = await import('esbuild'); // Not in workers.
  const source = join(dirname(fileURLToPath(import.meta.url)), '../../packages/nx-slipway/src/scheduling');
  const modules = ['admission/admission', 'budget/machine-memory', 'measuring/cgroup-memory', 'measuring/memory-meter'];
  const contents = modules.map((module) => `export * from ${JSON.stringify(join(source, module))};`).join('\n');
  await build({
    stdin: { contents, resolveDir: source },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    inject: [join(source, '../configure-zod.ts')], // As the plugin is built.
    outfile: join(folder, 'admission.cjs'),
  });
}

/** `onPause` is called where somebody waits for a turn; who waits for the lock looks away for some milliseconds only. */
function open(folder, memory, onPause = () => undefined, machineStore = folder) {
  const { openAdmission, readMachineMemory, memoryHierarchy } = createRequire(import.meta.url)(
    join(folder, 'admission.cjs'),
  );
  const read = memory ?? (() => readMachineMemory(join(memoryHierarchy(), 'nx-slipway')));
  const lines = [];
  const sleep = (ms, signal) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    });
  const admission = openAdmission({
    machineStore,
    tools: {
      clock: { now: Date.now, sleep: (ms, signal) => (ms >= SHORTEST_PAUSE_MS && onPause(), sleep(ms, signal)) },
      log: { line: (line) => lines.push(line) },
      signal: new AbortController().signal,
    },
    openEngineMemory: async () => ({ pool: 'host', read }),
    onProblem: ({ code }) => lines.push(code),
  });
  return { admission, lines, sleep };
}

async function timeAlone(folder) {
  const { admission, lines } = open(folder);
  const took = [];
  for (let round = 0; round < 51; round++) {
    const from = performance.now();
    await admission.run({ name: 'web', estimateMiB: 10, limits }, async () => undefined);
    took.push(performance.now() - from);
  }
  if (lines.length > 0) throw new Error(`somebody waited: ${lines[0]}`);
  const [first, ...others] = took;
  console.log(`the first of a process    ${first.toFixed(1)} ms (bound 20)`);
  console.log(
    `one more                  ${percentile(others, 0.5).toFixed(1)} ms, at most ${Math.max(...others).toFixed(1)} ms`,
  );
  if (first > 20) process.exitCode = 1;
}

async function timeContending(folder, processes) {
  const children = Array.from({ length: processes }, () => fork(fileURLToPath(import.meta.url), ['worker', folder]));
  await Promise.all(children.map(hear)); // Each says that it is ready.
  const cpuBefore = readBusyMs();
  const from = performance.now();
  const ended = Promise.all(children.map(hear));
  for (const child of children) child.send('begin');
  const reports = await ended;
  const tookMs = performance.now() - from;
  const otherMs = readBusyMs() - cpuBefore - reports.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const ownMs = reports.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const taken = reports.flatMap(({ steps }) => steps);
  const steps = taken.map(({ wallMs }) => wallMs);
  const ofCpu = taken.map(({ cpuMs }) => cpuMs);
  const waited = reports.reduce((sum, { waits }) => sum + waits, 0);
  const p99 = percentile(steps, 0.99);
  console.log(
    `${processes} processes, ${processes * CYCLES} builds of which 8 fit at a time, ${waited} lines of waiting`,
  );
  console.log(
    `${steps.length} steps: median ${percentile(steps, 0.5).toFixed(1)} ms, 99 % within ${p99.toFixed(1)} ms (bound 50), at most ${Math.max(...steps).toFixed(1)} ms`,
  );
  console.log(
    `CPU time of a step: median ${percentile(ofCpu, 0.5).toFixed(1)} ms, 99 % within ${percentile(ofCpu, 0.99).toFixed(1)} ms`,
  );
  console.log(
    `${(tookMs / 1_000).toFixed(1)} s, in which these processes had ${(ownMs / tookMs).toFixed(2)} cores, and others of this machine ${(otherMs / tookMs).toFixed(2)} of ${availableParallelism()}`,
  );
  if (p99 > 50) process.exitCode = 1;
}

/** The next message of a process; what it said last comes before its channel is closed, and may come after its end. */
function hear(child) {
  return new Promise((resolve, reject) => {
    const onEnd = () => reject(new Error('a process ended before it told'));
    child.once('disconnect', onEnd);
    child.once('message', (message) => {
      child.off('disconnect', onEnd);
      resolve(message);
    });
  });
}

/** CPU time that all cores were busy since the machine started; proc_stat(5). */
function readBusyMs() {
  const [user, nice, system, , , irq, softirq] = /^cpu +(.*)$/m
    .exec(readFileSync('/proc/stat', 'utf8'))[1]
    .split(' ')
    .map(Number);
  return (user + nice + system + irq + softirq) * 10;
}

/** CPU time of this process over some seconds in which it follows the memory of a cgroup, or of a tree of 20 processes, and does nothing else. */
async function timeMeasuring(bundled) {
  const { openMemoryMeter, memoryHierarchy } = createRequire(import.meta.url)(join(bundled, 'admission.cjs'));
  const { sleep } = open(bundled);
  const clock = { sleep };
  // As a build has it: one for its steps and one for the engine.
  const cgroup = join(memoryHierarchy(), 'nx-slipway', `bench-${process.pid}`);
  const parts = ['steps', 'engine'].map((name) => join(cgroup, name));
  for (const part of parts) mkdirSync(part, { recursive: true });
  const tree = spawn('sh', ['-c', 'for i in $(seq 20); do sleep 60 & done; wait'], { detached: true });
  try {
    for (const [name, processes] of [
      ['a cgroup', { kind: 'cgroup', folder: cgroup }],
      ['a tree of 21 processes', { kind: 'process-tree', pid: tree.pid }],
    ]) {
      const meter = openMemoryMeter({ clock, onSample: () => undefined });
      const from = performance.now();
      const before = process.cpuUsage();
      const stop = meter.follow(processes);
      await sleep(MEASURED_MS);
      stop();
      const { user, system } = process.cpuUsage(before);
      const share = (user + system) / 10 / (performance.now() - from);
      console.log(
        `${name.padEnd(25)} ${share.toFixed(2)} % of a core (bound 1), ${meter.measurement()?.peakMiB.toFixed(0)} MiB`,
      );
      if (share > 1) process.exitCode = 1;
    }
  } finally {
    process.kill(-tree.pid, 'SIGKILL');
    for (const folder of [...parts, cgroup]) rmdirSync(folder);
  }
}

/** A step is timed from outside: it begins where the machine's memory is read, and ends where the process sleeps, or its build begins or has ended. */
async function work(folder) {
  const steps = [];
  let from;
  const readCpuMs = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  };
  const begin = () => (from ??= { wallMs: performance.now(), cpuMs: readCpuMs() });
  const end = () => {
    if (from !== undefined) steps.push({ wallMs: performance.now() - from.wallMs, cpuMs: readCpuMs() - from.cpuMs });
    from = undefined;
  };
  const reading = { totalMiB: 8_200, availableMiB: undefined, limits: [], pressurePercent: undefined };
  const alone = open(folder, () => reading, undefined, join(folder, `alone-${process.pid}`));
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    await alone.admission.run({ name: 'warm', estimateMiB: 900, limits }, async () => undefined);
  }
  const { admission, lines, sleep } = open(folder, () => (begin(), reading), end);
  const begun = new Promise((resolve) => process.once('message', resolve));
  process.send('ready');
  await begun;
  const before = process.cpuUsage();
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const build = admission.run({ name: `b${process.pid}`, estimateMiB: 900, limits }, async () => {
      end();
      await sleep(HELD_MS + Math.random() * HELD_MS);
      begin();
    });
    await build;
    end();
  }
  const { user, system } = process.cpuUsage(before);
  process.send({ steps, waits: lines.length, cpuMs: (user + system) / 1_000 }, () => process.disconnect());
}

function percentile(values, share) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
