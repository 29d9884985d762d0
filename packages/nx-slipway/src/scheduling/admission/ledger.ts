import * as z from 'zod';

/** The version of the ledger's form that this plugin reads and writes. */
export const LEDGER_VERSION = 1;

const holderSchema = z.object({
  pid: z.int().positive(),
  /** When the process started, in clock ticks since the machine did; `null` where the machine does not tell. */
  startTicks: z.number().nullable(),
  /** Changes with each start of the machine; `null` where the machine does not tell. */
  bootId: z.string().nullable(),
});

const entrySchema = z.object({
  id: z.string().min(1),
  /** The image, for messages. */
  name: z.string(),
  holder: holderSchema,
  status: z.enum(['waiting', 'running']),
  estimateMiB: z.number().nonnegative(),
  /** Nothing may run beside it. */
  alone: z.boolean(),
  /** Order of arrival; no clock has a say. */
  sequence: z.int().nonnegative(),
  /** How many builds that came later were let through before it. */
  overtaken: z.int().nonnegative(),
  /** What the build uses now, as far as its process has told. */
  usedMiB: z.number().nonnegative(),
  /** Absolute folders of the build's cgroups for memory: while processes are in one, a killed holder's build still takes room. */
  cgroups: z.array(z.string()),
});

const ledgerSchema = z.object({
  schemaVersion: z.literal(LEDGER_VERSION),
  nextSequence: z.int().nonnegative(),
  entries: z.array(entrySchema),
});

/** A process, told from another that got its number later. */
export type ProcessIdentity = z.infer<typeof holderSchema>;

/** A build that waits for memory or has it. */
export type LedgerEntry = z.infer<typeof entrySchema>;

/** Who has this machine's memory and who waits for it. */
export type Ledger = z.infer<typeof ledgerSchema>;

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
  const { success, data } = ledgerSchema.safeParse(value);
  if (success) return { status: 'valid', ledger: data };
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  return { status: typeof version === 'number' && version > LEDGER_VERSION ? 'newer' : 'damaged' };
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

/** The ledger after a waiting build was let through before others that came earlier. Pure. */
export function start(ledger: Ledger, id: string, overtakenIds: readonly string[]): Ledger {
  const entries = ledger.entries.map((entry) => {
    if (entry.id === id) return { ...entry, status: 'running' as const };
    return overtakenIds.includes(entry.id) ? { ...entry, overtaken: entry.overtaken + 1 } : entry;
  });
  return { ...ledger, entries };
}

/** The ledger with what is known of a running build brought up to date; the build is put back where the ledger has lost it. Pure. */
export function report(
  ledger: Ledger,
  request: AdmissionRequest,
  state: Pick<LedgerEntry, 'usedMiB' | 'cgroups'>,
): Ledger {
  const { entries, ...rest } = enqueue(ledger, request);
  return {
    ...rest,
    entries: entries.map((entry) => (entry.id === request.id ? { ...entry, ...state, status: 'running' } : entry)),
  };
}

/** The ledger without a build. Pure. */
export function leave(ledger: Ledger, id: string): Ledger {
  return { ...ledger, entries: ledger.entries.filter((entry) => entry.id !== id) };
}

/** The ledger without builds that have ended although nobody said so. Pure but for asking `isGone`. */
export function reap(ledger: Ledger, isGone: (entry: LedgerEntry) => boolean): Ledger {
  const entries = ledger.entries.filter((entry) => !isGone(entry));
  return entries.length === ledger.entries.length ? ledger : { ...ledger, entries };
}
