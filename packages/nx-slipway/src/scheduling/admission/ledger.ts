import { isJsonObject } from '../../artifact/json-object';
/** The version of the ledger's form that this plugin reads and writes. */
export const LEDGER_VERSION = 1;

/** A process, told from another that got its number later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, in clock ticks since the machine did; `null` where the machine does not tell. */
  readonly startTicks: number | null;
  /** Changes with each start of the machine; `null` where the machine does not tell. */
  readonly bootId: string | null;
}

/** A build that waits for memory or has it. */
export interface LedgerEntry {
  readonly id: string;
  /** The image, for messages. */
  readonly name: string;
  readonly holder: ProcessIdentity;
  readonly status: 'waiting' | 'running';
  readonly estimateMiB: number;
  /** Nothing may run beside it. */
  readonly alone: boolean;
  /** Order of arrival; no clock has a say. */
  readonly sequence: number;
  /** How many builds that came later were let through before it. */
  readonly overtaken: number;
  /** What the build uses now, as far as its process has told. */
  readonly usedMiB: number;
  /** Absolute folders of the build's cgroups for memory: while processes are in one, a killed holder's build still takes room. */
  readonly cgroups: readonly string[];
}

/** Who has this machine's memory and who waits for it. */
export interface Ledger {
  readonly schemaVersion: typeof LEDGER_VERSION;
  readonly nextSequence: number;
  readonly entries: readonly LedgerEntry[];
}

/** A ledger that nobody is in. */
export const EMPTY_LEDGER: Ledger = { schemaVersion: LEDGER_VERSION, nextSequence: 0, entries: [] };

/** What was read from a ledger's file. */
export type LedgerReading =
  { readonly status: 'valid'; readonly ledger: Ledger } | { readonly status: 'damaged' } | { readonly status: 'newer' };

/** Reads a ledger; one of a newer version is not touched, since its writers would not understand this one. Pure. */
export function parseLedger(text: string): LedgerReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { status: 'damaged' };
  }
  if (isLedger(value)) return { status: 'valid', ledger: value };
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  return { status: typeof version === 'number' && version > LEDGER_VERSION ? 'newer' : 'damaged' };
}

/** Checked by hand: a schema takes 0.5 ms for 64 entries, which each of 64 processes then pays after each change of one. */
function isLedger(value: unknown): value is Ledger {
  if (!isJsonObject(value)) return false;
  const { schemaVersion, nextSequence, entries } = value;
  return schemaVersion === LEDGER_VERSION && isCount(nextSequence) && Array.isArray(entries) && entries.every(isEntry);
}

function isEntry(value: unknown): value is LedgerEntry {
  if (!isJsonObject(value)) return false;
  const { id, name, holder, status, alone, cgroups } = value;
  const amounts = [value['estimateMiB'], value['usedMiB']];
  const counts = [value['sequence'], value['overtaken']];
  return (
    [typeof id === 'string', id !== '', typeof name === 'string', isIdentity(holder)].every(Boolean) &&
    (status === 'waiting' || status === 'running') &&
    typeof alone === 'boolean' &&
    amounts.every(isAmount) &&
    counts.every(isCount) &&
    Array.isArray(cgroups) &&
    cgroups.every((cgroup) => typeof cgroup === 'string')
  );
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (!isJsonObject(value)) return false;
  const { pid, startTicks, bootId } = value;
  return (
    isCount(pid) &&
    pid > 0 &&
    (startTicks === null || typeof startTicks === 'number') &&
    (bootId === null || typeof bootId === 'string')
  );
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

function isCount(value: unknown): value is number {
  return isAmount(value) && Number.isInteger(value);
}

/** A build that asks for memory. */
export interface AdmissionRequest {
  readonly id: string;
  readonly name: string;
  readonly holder: ProcessIdentity;
  readonly estimateMiB: number;
  readonly alone: boolean;
}

/** The ledger with a request at the end of its queue; as it is where the request is in it. Pure. */
export function enqueue(ledger: Ledger, request: AdmissionRequest): Ledger {
  if (ledger.entries.some(({ id }) => id === request.id)) return ledger;
  const { id, name, holder, estimateMiB, alone } = request;
  const entry: LedgerEntry = {
    ...{ id, name, holder, estimateMiB, alone },
    ...{ status: 'waiting', sequence: ledger.nextSequence, overtaken: 0, usedMiB: 0, cgroups: [] },
  };
  return { ...ledger, nextSequence: ledger.nextSequence + 1, entries: [...ledger.entries, entry] };
}

/** The ledger after a waiting build was let through before others that came earlier; as it is where the build was let through already. Pure. */
export function start(ledger: Ledger, id: string, overtakenIds: readonly string[]): Ledger {
  if (isRunning(ledger, id)) return ledger;
  const entries = ledger.entries.map((entry) => {
    if (entry.id === id) return { ...entry, status: 'running' as const };
    return overtakenIds.includes(entry.id) ? { ...entry, overtaken: entry.overtaken + 1 } : entry;
  });
  return { ...ledger, entries };
}

/** Whether a build was let through. Pure. */
export function isRunning(ledger: Ledger, id: string): boolean {
  return ledger.entries.some((entry) => entry.id === id && entry.status === 'running');
}

/** The ledger with what is known of a running build brought up to date; the build is put back where the ledger has lost it. Pure. */
export function report(
  ledger: Ledger,
  request: AdmissionRequest,
  state: Pick<LedgerEntry, 'usedMiB' | 'cgroups'>,
): Ledger {
  const { entries, ...rest } = enqueue(ledger, request);
  const own = entries.find(({ id }) => id === request.id);
  if (own?.status === 'running' && own.usedMiB === state.usedMiB && own.cgroups.join() === state.cgroups.join())
    return ledger;
  return {
    ...rest,
    entries: entries.map((entry) => (entry.id === request.id ? { ...entry, ...state, status: 'running' } : entry)),
  };
}

/** The ledger without a build; as it is where the build is not in it. Pure. */
export function leave(ledger: Ledger, id: string): Ledger {
  return reap(ledger, (entry) => entry.id === id);
}

/** The ledger without builds that have ended although nobody said so. Pure but for asking `isGone`. */
export function reap(ledger: Ledger, isGone: (entry: LedgerEntry) => boolean): Ledger {
  const entries = ledger.entries.filter((entry) => !isGone(entry));
  return entries.length === ledger.entries.length ? ledger : { ...ledger, entries };
}
