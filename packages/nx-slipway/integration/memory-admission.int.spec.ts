import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { MemoryReading } from '../src/scheduling/budget/machine-memory';
import type { Problem } from '../src/errors/slipway-error';
import { openAdmission, type Admission, type AdmissionOptions } from '../src/scheduling/admission/admission';
import {
  enqueue,
  EMPTY_LEDGER,
  parseLedger,
  report,
  type Ledger,
  type LedgerEntry,
  type ProcessIdentity,
} from '../src/scheduling/admission/ledger';
import { forgetGoneBuilds } from '../src/scheduling/admission/forget-gone-builds';
import { openLedger } from '../src/scheduling/admission/ledger-file';
import { identifyProcess, observeHolder } from '../src/scheduling/admission/process-identity';

const TOTAL_MIB = 8_000;
const LIMITS = { reserveMiB: 0, maxConcurrent: undefined };
const SOURCE = join(__dirname, '..', 'src', 'scheduling', 'admission');

describe('admission of builds of several processes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-admission-'));
  const bundled = join(folder, 'admission.cjs');
  const children: ChildProcess[] = [];
  const lines: string[] = [];
  const codes: string[] = [];
  let store = '';
  let stores = 0;

  beforeAll(() => {
    const contents = [
      "export * from './admission';",
      "export * from './ledger-file';",
      "export * from './ledger';",
    ].join('\n');
    const stdin = { contents, resolveDir: SOURCE };
    buildSync({ stdin, bundle: true, platform: 'node', format: 'cjs', outfile: bundled });
  });
  beforeEach(() => {
    store = join(folder, `store-${stores++}`);
    lines.length = 0;
    codes.length = 0;
  });
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const ledgerFolder = (): string => join(store, 'admission', 'host');
  const newestNumber = (): number =>
    Math.max(0, ...(existsSync(ledgerFolder()) ? readdirSync(ledgerFolder()).map((name) => parseInt(name, 10)) : []));
  const ledgerFile = (): string => join(ledgerFolder(), `${newestNumber()}.json`);
  const writeLedger = (text: string): void => {
    mkdirSync(ledgerFolder(), { recursive: true });
    writeFileSync(join(ledgerFolder(), `${newestNumber() + 1}.json`), text);
  };
  const entriesInFile = () => {
    const reading = parseLedger(readFileSync(ledgerFile(), 'utf8'));
    return reading.status === 'valid' ? reading.ledger.entries : reading.status;
  };
  /** Clocks jump: none has a say. */
  const neverAsked = (): never => {
    throw new Error('the clock was asked');
  };
  const optionsOf = (signal = new AbortController().signal): AdmissionOptions => ({
    machineStore: store,
    fallbackFolder: join(folder, 'fallback'),
    tools: {
      clock: { now: neverAsked, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))) },
      log: { line: (text) => void lines.push(text) },
      signal,
    },
    openEngineMemory: () => Promise.resolve({ pool: 'host', read: () => MEMORY }),
    onProblem: (problem: Problem) => void codes.push(problem.code),
  });
  const open = (signal?: AbortSignal): Admission => openAdmission(optionsOf(signal));
  const MEMORY: MemoryReading = {
    totalMiB: TOTAL_MIB,
    availableMiB: undefined,
    limits: [],
    pressurePercent: undefined,
  };
  const work = (name: string, estimateMiB: number) => ({ name, estimateMiB, limits: LIMITS });

  /** A process that has this much memory until it is told to end. */
  async function startHolder(name: string, estimateMiB: number): Promise<ChildProcess> {
    const file = join(folder, `${name}.cjs`);
    writeFileSync(
      file,
      `const { openAdmission } = require(${JSON.stringify(bundled)});
       const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
       const tools = { clock: { now: Date.now, sleep }, log: { line() {} }, signal: new AbortController().signal };
       const memory = { pool: 'host', read: () => (${JSON.stringify(MEMORY)}) };
       const admission = openAdmission({ machineStore: ${JSON.stringify(store)}, tools, openEngineMemory: async () => memory, onProblem() {} });
       admission.run(${JSON.stringify(work(name, estimateMiB))}, () => new Promise((resolve) => {
         process.once('message', resolve);
         process.send('running');
       })).then(() => process.exit(0));`,
    );
    const child = fork(file, { execArgv: [] });
    children.push(child);
    await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`the process ended with ${code}`)));
    });
    return child;
  }
  /** The pid of a process that is no more. */
  async function endedProcess(): Promise<number> {
    const child = spawn('true');
    await ended(child);
    return child.pid ?? 0;
  }
  const ended = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once('exit', resolve));

  it('lets a build wait for one of another process, says behind whom, and lets it through when that has ended', async () => {
    const holder = await startHolder('api', 6_000);
    const order: string[] = [];
    const waiting = open().run(work('web', 3_000), () => Promise.resolve(void order.push('web')));
    while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(lines).toEqual(['web: waiting for 2.9 GiB of memory, 2.0 GiB are free, behind api (5.9 GiB)']);
    await open().run(work('small', 1_000), () => Promise.resolve(void order.push('small')));
    holder.send('end');
    await waiting;
    expect(order).toEqual(['small', 'web']);
    expect(entriesInFile()).toEqual([]);
  });

  it('takes back the memory of a process that was killed', async () => {
    const holder = await startHolder('killed', TOTAL_MIB);
    holder.kill('SIGKILL');
    await ended(holder);
    await open().run(work('web', TOTAL_MIB), () => Promise.resolve());
    expect(entriesInFile()).toEqual([]);
  });

  it('forgets a killed process where no other build comes, and no living one', async () => {
    const [killed, living] = [await startHolder('killed', 1_000), await startHolder('living', 1_000)];
    killed.kill('SIGKILL');
    await ended(killed);
    forgetGoneBuilds(store);
    expect(entriesInFile()).toEqual([expect.objectContaining({ name: 'living' })]);
    living.send('end');
    await ended(living);
    forgetGoneBuilds(join(folder, 'nothing here'));
    expect(existsSync(join(folder, 'nothing here'))).toBe(false);
  });

  it('waits for what a killed process has left running', async () => {
    const cgroup = join(folder, 'cgroup');
    mkdirSync(cgroup);
    writeFileSync(join(cgroup, 'cgroup.procs'), '4711\n');
    const gone: ProcessIdentity = { ...identifyProcess(process.pid), startTicks: 1 };
    const request = { id: 'left', name: 'left', holder: gone, estimateMiB: TOTAL_MIB, alone: false };
    writeLedger(JSON.stringify(report(EMPTY_LEDGER, request, { usedMiB: 10, cgroups: [cgroup] })));
    let isThrough = false;
    const waiting = open().run(work('web', 1_000), () => Promise.resolve(void (isThrough = true)));
    while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect([isThrough, lines[0]]).toEqual([false, expect.stringContaining('behind left')]);
    writeFileSync(join(cgroup, 'cgroup.procs'), '');
    await waiting;
  });

  it.each<[string, Partial<ProcessIdentity>]>([
    ['its number belongs to another process now', { startTicks: 1 }],
    ['the machine was started anew', { bootId: 'another' }],
  ])('does not wait for a holder when %s', async (_, difference) => {
    const holder = { ...identifyProcess(process.pid), ...difference };
    const request = { id: 'old', name: 'old', holder, estimateMiB: TOTAL_MIB, alone: false };
    writeLedger(JSON.stringify(report(EMPTY_LEDGER, request, { usedMiB: 0, cgroups: [] })));
    await open().run(work('web', TOTAL_MIB), () => Promise.resolve());
    expect(lines).toEqual([]);
  });

  it('does not stand behind a process that was stopped while it waited', async () => {
    const stopped = await startHolder('stopped', 1);
    stopped.kill('SIGSTOP');
    const holder = identifyProcess(stopped.pid ?? 0);
    while (observeHolder(holder, holder.bootId) !== 'stopped') await new Promise((resolve) => setTimeout(resolve, 5));
    const request = { id: 'queued', name: 'queued', holder, estimateMiB: TOTAL_MIB, alone: true };
    writeLedger(JSON.stringify(enqueue(EMPTY_LEDGER, request)));
    await open().run(work('web', 1_000), () => Promise.resolve());
    expect(lines).toEqual([]);
    stopped.kill('SIGKILL');
  });

  it('warns of a build that is too large, and runs it', async () => {
    await expect(open().run(work('huge', 2 * TOTAL_MIB), () => Promise.resolve('built'))).resolves.toBe('built');
    expect(codes).toEqual(['SCHEDULE_TASK_EXCEEDS_BUDGET']);
  });

  it('gives its place up when it is cancelled while it waits, and when the build fails', async () => {
    const holder = await startHolder('full', TOTAL_MIB);
    const cancellation = new AbortController();
    const waiting = open(cancellation.signal).run(work('web', 1_000), () => Promise.resolve());
    while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    cancellation.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
    expect(entriesInFile()).toMatchObject([{ name: 'full' }]);
    holder.send('end');
    await ended(holder);
    await expect(open().run(work('web', 1_000), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(entriesInFile()).toEqual([]);
  });

  it('does not come back into the ledger by a sample that is taken when the build has ended', async () => {
    const meter = await open().run(work('late', 1_000), (given) => Promise.resolve(given));
    meter.follow({ kind: 'process-tree', pid: process.pid })();
    expect(entriesInFile()).toEqual([]);
  });

  it('begins a damaged ledger anew, and running builds come back into it', async () => {
    writeLedger('{"schemaVersion":1,"entr');
    const admission = open();
    await admission.run(work('web', 1_000), async (meter) => {
      expect(codes).toEqual(['SCHEDULE_LEDGER_DAMAGED']);
      writeLedger(JSON.stringify(EMPTY_LEDGER));
      const stop = meter.follow({ kind: 'process-tree', pid: process.pid });
      stop();
      while (entriesInFile().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(entriesInFile()).toMatchObject([{ name: 'web', status: 'running', usedMiB: expect.any(Number) }]);
    });
  });

  it('does not touch a ledger of a newer version, and uses one of its own', async () => {
    const newer = '{"schemaVersion":2,"builds":[]}';
    writeLedger(newer);
    await open().run(work('web', 1_000), () => Promise.resolve());
    expect(codes).toEqual(['SCHEDULE_LEDGER_ELSEWHERE']);
    expect(readFileSync(ledgerFile(), 'utf8')).toBe(newer);
    expect(existsSync(join(folder, 'fallback', 'admission', 'host', '1.json'))).toBe(true);
  });

  it('uses another place where its own is on a disk that is read-only', async () => {
    mkdirSync(store, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=64k', 'tmpfs', store]);
    try {
      await expect(open().run(work('web', 1_000), () => Promise.resolve('built'))).resolves.toBe('built');
      expect(codes).toEqual(['SCHEDULE_LEDGER_ELSEWHERE']);
    } finally {
      execFileSync('umount', [store]);
    }
  });

  it('does not fail a build whose ledger is lost while it runs', async () => {
    const built = open().run(work('web', 1_000), () => {
      rmSync(store, { recursive: true });
      writeFileSync(store, 'a file in its place');
      return Promise.resolve('built');
    });
    await expect(built).resolves.toBe('built');
  });

  it('says so where no memory can be told, and lets three builds run at a time', async () => {
    const admission = openAdmission({
      ...optionsOf(),
      openEngineMemory: () => Promise.resolve({ pool: 'host', read: () => undefined }),
    });
    let [running, most] = [0, 0];
    const build = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running--;
    };
    await Promise.all(Array.from({ length: 5 }, (_, index) => admission.run(work(`b${index}`, 1), build)));
    expect([codes, most]).toEqual([['SCHEDULE_MEMORY_UNKNOWN'], 3]);
  });

  it('counts the builds of its own process where nothing can be written', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    store = join(folder, 'a-file');
    const lonely = openAdmission({ ...optionsOf(), fallbackFolder: join(folder, 'a-file') });
    let running = 0;
    const build = async (): Promise<void> => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 10));
      running--;
    };
    await Promise.all([lonely.run(work('a', 5_000), build), lonely.run(work('b', 5_000), build)]);
    expect(codes).toEqual(['SCHEDULE_LEDGER_UNSHARED']);
  });

  it('loses no change of eight processes that write at the same time, and keeps no old version', async () => {
    const file = join(folder, 'hurry.cjs');
    writeFileSync(
      file,
      `const { enqueue, openLedger } = require(${JSON.stringify(bundled)});
       const place = openLedger({ machineStore: ${JSON.stringify(store)}, pool: 'host' }, () => {});
       for (let count = 0; count < 25; count++) {
         const request = { id: process.pid + '-' + count, name: '', holder: { pid: process.pid, startTicks: null, bootId: null }, estimateMiB: 1, alone: false };
         place.update((ledger) => ({ ledger: enqueue(ledger, request) }));
       }`,
    );
    const hurrying = Array.from({ length: 8 }, () => fork(file, { execArgv: [] }));
    children.push(...hurrying);
    await Promise.all(hurrying.map(ended));
    const ids = (entriesInFile() as readonly LedgerEntry[]).map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([200, 200]);
    expect(readdirSync(ledgerFolder()).length).toBeLessThanOrEqual(8);
  });

  it('makes a change again whose version came late, and takes what a killed writer has left', async () => {
    const place = openLedger({ machineStore: store, pool: 'host' }, () => undefined);
    const gone = await endedProcess();
    writeFileSync(join(ledgerFolder(), `${gone}-012345678901.tmp`), '');
    const added = (id: string) => (ledger: Ledger) => {
      const request = { id, name: id, holder: identifyProcess(process.pid), estimateMiB: 1, alone: false };
      return { ledger: enqueue(ledger, request), result: undefined };
    };
    place.update(added('first'));
    let attempts = 0;
    place.update((ledger) => {
      // Others go far ahead meanwhile, and remove the version that would be in the way.
      if (attempts++ === 0) {
        writeFileSync(join(ledgerFolder(), '20.json'), JSON.stringify(added('other')(ledger).ledger));
      }
      return added('late')(ledger);
    });
    expect(attempts).toBe(2);
    expect(entriesInFile()).toMatchObject([{ name: 'first' }, { name: 'other' }, { name: 'late' }]);
    expect(readdirSync(ledgerFolder()).sort()).toEqual(['20.json', '21.json']);
  });

  it('lets everyone through where it is off', async () => {
    const holder = await startHolder('busy', TOTAL_MIB);
    await open().run({ ...work('web', TOTAL_MIB), limits: 'off' }, () => Promise.resolve());
    expect(lines).toEqual([]);
    holder.kill('SIGKILL');
  });
});
