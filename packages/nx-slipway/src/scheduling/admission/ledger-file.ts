import { lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../exec/tools';
import { tryLock, type HeldLock, type LockSpace } from '../machine-lock';
import { EMPTY_LEDGER, parseLedger, type Ledger } from './ledger';

/** A ledger, wherever it is. */
export interface LedgerPlace {
  /** Where, for messages. */
  readonly path: string;
  /** The ledger as it is, without a lock. A damaged one counts as empty. */
  read(): Ledger;
  /** Changes the ledger while nobody else does. */
  update<Result>(change: (ledger: Ledger) => { readonly ledger: Ledger; readonly result: Result }): Promise<Result>;
}

/** What kept a ledger from being used where it should be. */
export type LedgerTrouble =
  | { readonly kind: 'elsewhere' | 'unshared'; readonly path: string; readonly reason: string; readonly used: string }
  | { readonly kind: 'damaged'; readonly path: string };

/** What a ledger's file needs. */
export interface LedgerFileOptions {
  /** Absolute path. */
  readonly machineStore: string;
  /** Whose memory it is about: `host`, or the name of a virtual machine; a file name. */
  readonly pool: string;
  readonly clock: Pick<Clock, 'sleep'>;
  /** Absolute path of the folder to fall back to. Default: one of this user below the system's temporary folder. */
  readonly fallbackFolder?: string;
}

/** How long one that wants the lock looks away, at most: it is held for less than a millisecond. */
const LOCK_RETRY_MS = 6;

/**
 * Opens the ledger that all processes of this user on this machine share. Where the machine store cannot be written (another user's, a read-only or
 * full disk) or its ledger is of a newer version, one in a temporary folder of this user's; where that cannot be written either, one of this process
 * alone. `onTrouble` is told, before this resolves.
 */
export async function openLedger(
  options: LedgerFileOptions,
  onTrouble: (trouble: LedgerTrouble) => void,
): Promise<LedgerPlace> {
  const path = join(options.machineStore, 'admission', `${options.pool}.json`);
  const fallback = options.fallbackFolder ?? join(tmpdir(), `nx-slipway-${process.getuid?.() ?? 'user'}`);
  const inMachineStore = await openAt(path, options, onTrouble);
  if (inMachineStore.place) return inMachineStore.place;
  const { reason } = inMachineStore;
  const inFallback = await openAt(join(fallback, 'admission', `${options.pool}.json`), options, onTrouble);
  const place = inFallback.place ?? openInMemory();
  onTrouble({ kind: inFallback.place ? 'elsewhere' : 'unshared', path, reason, used: place.path });
  return place;
}

type Opened = { readonly place: LedgerPlace } | { readonly place?: never; readonly reason: string };

async function openAt(
  path: string,
  options: LedgerFileOptions,
  onTrouble: (trouble: LedgerTrouble) => void,
): Promise<Opened> {
  const place = describePlace(path, options, onTrouble);
  try {
    assertOwnFolder(join(path, '..'));
    if (readReading(path).status === 'newer') return { reason: 'a newer version of nx-slipway wrote it' };
    // Whether it can be written is only known when it is.
    await place.update((ledger) => ({ ledger, result: undefined }));
    return { place };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** In a temporary folder that all users write to, another one may have made the folder first. */
function assertOwnFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid } = lstatSync(folder);
  const user = process.geteuid?.();
  if (user !== undefined && user !== 0 && uid !== user) throw new Error(`${folder} belongs to another user`);
}

function describePlace(
  path: string,
  options: LedgerFileOptions,
  onTrouble: (trouble: LedgerTrouble) => void,
): LedgerPlace {
  const read = (): Ledger => {
    const reading = readReading(path);
    return reading.status === 'valid' ? reading.ledger : EMPTY_LEDGER;
  };
  return {
    path,
    read,
    async update(change) {
      const lock = await lockFile(path, options);
      try {
        const reading = readReading(path);
        if (reading.status !== 'valid') onTrouble({ kind: 'damaged', path });
        const before = reading.status === 'valid' ? reading.ledger : EMPTY_LEDGER;
        const { ledger, result } = change(before);
        if (ledger !== before || before === EMPTY_LEDGER) writeWhole(path, JSON.stringify(ledger));
        return result;
      } finally {
        await lock.release();
      }
    },
  };
}

/**
 * The lock of `machine-lock.ts`, but without its waking up of all who wait: of 64 processes 63 would be woken in vain each time. Not to be cancelled: a build that
 * is cancelled has to leave the ledger.
 */
async function lockFile(path: string, { machineStore, clock }: LedgerFileOptions): Promise<HeldLock> {
  const space: LockSpace = { machineStore, signal: new AbortController().signal };
  for (;;) {
    const lock = await tryLock(`ledger:${path}`, space);
    if (lock) return lock;
    await clock.sleep(1 + Math.random() * (LOCK_RETRY_MS - 1));
  }
}

function readReading(path: string): ReturnType<typeof parseLedger> {
  try {
    return parseLedger(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { status: 'valid', ledger: EMPTY_LEDGER };
    throw error;
  }
}

/**
 * Synchronously, while the lock is held: a reader sees the old ledger or the new one, whole. One name for the temporary file is enough then, and a
 * process that is killed here leaves nothing that the next one does not overwrite.
 */
function writeWhole(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  writeFileSync(temporary, text, { mode: 0o644 });
  renameSync(temporary, path);
}

function openInMemory(): LedgerPlace {
  return {
    path: 'memory',
    read: () => inMemory.ledger,
    update(change) {
      const { ledger, result } = change(inMemory.ledger);
      inMemory.ledger = ledger;
      return Promise.resolve(result);
    },
  };
}

/** Builds of one process share it; there is nothing else that they could share it through. */
const inMemory: { ledger: Ledger } = { ledger: EMPTY_LEDGER };
