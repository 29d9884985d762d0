import { randomUUID } from 'node:crypto';
import { renderMiB } from '../../artifact/memory-amount';
import { describeProblem, type Problem } from '../../errors/slipway-error';
import type { Tools } from '../../exec/tools';
import type { MemoryReading } from '../budget/machine-memory';
import { openMemoryMeter, type ReadableMeter } from '../measuring/memory-meter';
import { decideTurn, type AdmissionLimits, type MachineView, type Turn } from './decide-turn';
import { isRunning, leave, report, type AdmissionRequest, type Ledger } from './ledger';
import { openLedger, type LedgerPlace, type LedgerTrouble } from './ledger-file';
import { observeMachine, viewAsWritten } from './observe-machine';
import { identifyProcess } from './process-identity';
import { renderWaiting } from './render-waiting';

/**
 * How often one that waits looks into the ledger. It goes by what is written there, and thinks about it only after a change; every `ROUNDS_PER_LOOK` of these it looks
 * at the machine and at all others, too: with 64 that wait this would otherwise take a whole core.
 */
const POLL_MS = 250;
const ROUNDS_PER_LOOK = 4;
/** A build that waits says so at once, and then each 15 s. Counted in rounds: no clock that jumps has a say. */
const ROUNDS_PER_LINE = 60;

/** A running build tells the others when it holds this much more or less, at most once a second. */
const REPORTED_CHANGE_MIB = 64;
const REPORT_INTERVAL_MS = 1_000;

/** The memory that an engine has for builds. */
export interface EngineMemory {
  /** Names whose memory it is: `host`, or that of a virtual machine; fits a file name. Builds of one pool share a ledger. */
  readonly pool: string;
  /** How it stands now; `undefined` where nobody can tell. */
  readonly read: () => MemoryReading | undefined;
}

/** A build that is to be run when there is memory for it. */
export interface AdmittedWork {
  /** The image, for messages. */
  readonly name: string;
  /** The peak that is expected. */
  readonly estimateMiB: number;
  /** Nothing may run beside it. Default: false. */
  readonly alone?: boolean;
  /** `off`: nobody waits, and nobody waits for it. */
  readonly limits: AdmissionLimits | 'off';
}

/** The one gate before every engine build of this machine. */
export interface Admission {
  /**
   * Runs `work` when the memory that it is expected to need is free; says meanwhile for how much it waits and behind whom. One build is always let through, with
   * `SCHEDULE_TASK_EXCEEDS_BUDGET` where it needs more than there is. Afterwards its place is free again, however `work` ended.
   * Rejects when the signal is aborted while it waits, and with what `work` rejects with.
   */
  run<Result>(request: AdmittedWork, work: (meter: ReadableMeter) => Promise<Result>): Promise<Result>;
}

/** What admission needs. */
export interface AdmissionOptions {
  /** Absolute path. Builds of all processes that share it are counted together. */
  readonly machineStore: string;
  readonly tools: Pick<Tools, 'clock' | 'log' | 'signal'>;
  /** Asked once, when the first build is to be admitted. */
  readonly openEngineMemory: () => Promise<EngineMemory>;
  /** Prints a warning or notice. */
  readonly onProblem: (problem: Problem) => void;
  /** Absolute path, instead of this user's below the system's temporary folder. */
  readonly fallbackFolder?: string;
}

/** What one build is admitted through. */
interface Gate {
  readonly ledger: LedgerPlace;
  readonly memory: EngineMemory;
}

/** Opens the gate. Nothing is read or written before a build comes to it. */
export function openAdmission(options: AdmissionOptions): Admission {
  let gate: Promise<Gate> | undefined;
  return {
    async run(work, build) {
      const { limits } = work;
      if (limits === 'off') return build(openMemoryMeter({ clock: options.tools.clock, onSample: () => undefined }));
      gate ??= openGate(options);
      const opened = await gate;
      const { name, estimateMiB, alone = false } = work;
      const request = { id: randomUUID(), name, holder: identifyProcess(process.pid), estimateMiB, alone };
      try {
        await waitForTurn(request, limits, opened, options);
        return await runReported(request, opened, build, options);
      } finally {
        leaveLedger(opened, request.id);
      }
    },
  };
}

async function openGate({
  openEngineMemory,
  machineStore,
  onProblem,
  fallbackFolder,
}: AdmissionOptions): Promise<Gate> {
  const memory = await openEngineMemory();
  if (memory.read() === undefined) onProblem(describeProblem('SCHEDULE_MEMORY_UNKNOWN', {}));
  const place = { machineStore, pool: memory.pool, ...(fallbackFolder === undefined ? {} : { fallbackFolder }) };
  return { ledger: openLedger(place, (trouble) => onProblem(describeTrouble(trouble))), memory };
}

/** What a build ended in counts, and not that the disk has become full meanwhile: this process's end frees its place, too. */
function leaveLedger({ ledger }: Gate, id: string): void {
  try {
    ledger.update((current) => ({ ledger: leave(current, id), result: undefined }));
  } catch {
    return;
  }
}

function describeTrouble(trouble: LedgerTrouble): Problem {
  const { path } = trouble;
  if (trouble.kind === 'damaged') return describeProblem('SCHEDULE_LEDGER_DAMAGED', { path });
  const { reason, used } = trouble;
  return trouble.kind === 'elsewhere'
    ? describeProblem('SCHEDULE_LEDGER_ELSEWHERE', { path, reason, used })
    : describeProblem('SCHEDULE_LEDGER_UNSHARED', { path, reason });
}

async function waitForTurn(
  request: AdmissionRequest,
  limits: AdmissionLimits,
  { ledger, memory }: Gate,
  { tools, onProblem }: AdmissionOptions,
): Promise<void> {
  const look = (view: (current: Ledger) => MachineView): Turn => {
    const current = ledger.read();
    return decideTurn(current, request, view(current), limits);
  };
  /** The machine, which is slow to look at, is looked at once; the decision is made by the ledger as it is when it is written. */
  const take = (): Turn => {
    const view = observeMachine(ledger.read(), memory.read);
    let turn: Turn | undefined;
    return ledger.update((current) => {
      if (turn === undefined || !isRunning(current, request.id)) turn = decideTurn(current, request, view, limits);
      return { ledger: isRunning(current, request.id) ? current : turn.ledger, result: turn };
    });
  };
  let turn = take();
  let seen: Ledger | undefined;
  for (let round = 1; turn.verdict.status === 'waiting'; round++) {
    if (round % ROUNDS_PER_LINE === 1) tools.log.line(renderWaiting(request, turn.verdict));
    await tools.clock.sleep(POLL_MS, tools.signal);
    tools.signal.throwIfAborted();
    const isFullLook = round % ROUNDS_PER_LOOK === 0;
    const current = ledger.read();
    if (!isFullLook && current === seen) continue;
    seen = current;
    turn = look((current) => (isFullLook ? observeMachine(current, memory.read) : viewAsWritten(memory.read)));
    if (turn.verdict.status === 'admitted') turn = take();
  }
  if (!turn.verdict.exceedsBudget) return;
  const { name, estimateMiB } = request;
  const facts = { name, needed: renderMiB(estimateMiB), budget: renderMiB(Math.max(0, turn.budgetMiB ?? 0)) };
  onProblem(describeProblem('SCHEDULE_TASK_EXCEEDS_BUDGET', facts));
}

/** Runs a build that was let through, and keeps the ledger told of what it holds, as long as it runs: a report would bring a place that was left back. */
async function runReported<Result>(
  request: AdmissionRequest,
  { ledger }: Gate,
  build: (meter: ReadableMeter) => Promise<Result>,
  { tools: { clock } }: AdmissionOptions,
): Promise<Result> {
  let reported = { usedMiB: 0, cgroups: '', at: 0 };
  let isOver = false;
  const meter = openMemoryMeter({
    clock,
    onSample(usedMiB, cgroups) {
      if (isOver) return;
      const place = cgroups.join(':');
      const now = performance.now();
      const isNews =
        Math.abs(usedMiB - reported.usedMiB) >= REPORTED_CHANGE_MIB && now - reported.at >= REPORT_INTERVAL_MS;
      if (!isNews && place === reported.cgroups) return;
      reported = { usedMiB, cgroups: place, at: now };
      const state = { usedMiB, cgroups: [...cgroups] };
      try {
        ledger.update((current) => ({ ledger: report(current, request, state), result: undefined }));
      } catch {
        return; // The others then go by what they know already, which is too little used and not too much.
      }
    },
  });
  try {
    return await build(meter);
  } finally {
    isOver = true;
  }
}
