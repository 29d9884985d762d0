import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMPTY_LEDGER, parseLedger, type Ledger, type LedgerReading } from './ledger';
import { isThere } from './process-identity';

/** A ledger, wherever it is. */
export interface LedgerPlace {
  /** Where, for messages. */
  readonly path: string;
  /** The ledger as it is; the same object as long as nobody changes it. A damaged one counts as empty. */
  read(): Ledger;
  /**
   * Changes the ledger: afterwards it is what `change` made of what it was just before. `change` may be asked several times, of ledgers that others have changed meanwhile,
   * and where it finds its work done it has to give back the very ledger that it got.
   */
  update<Result>(change: (ledger: Ledger) => { readonly ledger: Ledger; readonly result: Result }): Result;
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
  /** Absolute path of the folder to fall back to. Default: one of this user below the system's temporary folder. */
  readonly fallbackFolder?: string;
}

/** How many versions stay, so that who has seen one's number can still read it. */
const KEPT_VERSIONS = 8;

/**
 * Opens the ledger that all processes of this user on this machine share: a folder of numbered versions, of which the newest counts. Who changes it writes the next
 * one, which only one process can; the others look at what that one wrote and try again. So nobody waits for anybody: under a lock, 64 processes on two cores waited
 * seconds for holders that had no core (measured), and nothing that a killed process leaves is in the way.
 *
 * Where the machine store cannot be written (another user's, a read-only or
 * full disk) or its ledger is of a newer version, one in a temporary folder of this user's; where that cannot be written either, one of this process
 * alone. `onTrouble` is told, before this returns.
 */
export function openLedger(
  { machineStore, pool, fallbackFolder }: LedgerFileOptions,
  onTrouble: (trouble: LedgerTrouble) => void,
): LedgerPlace {
  const path = join(ledgersFolderOf(machineStore), pool);
  const fallback = fallbackFolder ?? join(tmpdir(), `nx-slipway-${process.getuid?.() ?? 'user'}`);
  const inMachineStore = openAt(path, onTrouble);
  if (inMachineStore.place) return inMachineStore.place;
  const { reason } = inMachineStore;
  const inFallback = openAt(join(ledgersFolderOf(fallback), pool), onTrouble);
  const place = inFallback.place ?? openInMemory();
  onTrouble({ kind: inFallback.place ? 'elsewhere' : 'unshared', path, reason, used: place.path });
  return place;
}

/** Where the ledgers are, one folder for each pool. */
export function ledgersFolderOf(machineStore: string): string {
  return join(machineStore, 'admission');
}

type Opened = { readonly place: LedgerPlace } | { readonly place?: never; readonly reason: string };

function openAt(folder: string, onTrouble: (trouble: LedgerTrouble) => void): Opened {
  try {
    assertOwnFolder(folder);
    if (readNewest(folder).status === 'newer') return { reason: 'a newer version of nx-slipway wrote it' };
    // Whether it can be written is only known when it is.
    rmSync(writeAside(folder, ''));
    return { place: describePlace(folder, onTrouble) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** In a temporary folder that all users write to, another one may have made the folder first. */
function assertOwnFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const path of [join(folder, '..'), folder]) assertOwner(path, lstatSync(path).uid, process.geteuid?.());
}

/** Throws where a folder is another user's; root, and systems without users, may use any. Pure. */
export function assertOwner(path: string, owner: number, user: number | undefined): void {
  if (user !== undefined && user !== 0 && owner !== user) throw new Error(`${path} belongs to another user`);
}

/** The newest version of a ledger, with its number; 0 where there is none yet. */
type NumberedReading = LedgerReading & { readonly number: number };

function describePlace(folder: string, onTrouble: (trouble: LedgerTrouble) => void): LedgerPlace {
  let known: NumberedReading | undefined;
  const readKnown = (): NumberedReading => (known = readNewest(folder, known));
  return {
    path: folder,
    read: () => ledgerOf(readKnown()),
    update(change) {
      for (;;) {
        const newest = readKnown();
        const before = ledgerOf(newest);
        const changed = change(before);
        if (changed.ledger === before) return changed.result;
        if (!writeNext(folder, newest.number, changed.ledger)) continue;
        // A version that came late, under a number that was free again, is in nobody's way; then it is done once more, where it was not.
        if (removeOld(folder, newest.number + 1) === 'late') continue;
        if (newest.status !== 'valid') onTrouble({ kind: 'damaged', path: join(folder, nameOf(newest.number)) });
        return changed.result;
      }
    },
  };
}

function ledgerOf(reading: LedgerReading): Ledger {
  return reading.status === 'valid' ? reading.ledger : EMPTY_LEDGER;
}

/** Reads the newest version, or gives back `known` where it is that. */
function readNewest(folder: string, known?: NumberedReading): NumberedReading {
  for (;;) {
    const number = Math.max(0, ...listNumbers(folder));
    if (number === known?.number) return known;
    if (number === 0) return { status: 'valid', ledger: EMPTY_LEDGER, number };
    try {
      return { ...parseLedger(readFileSync(join(folder, nameOf(number)), 'utf8')), number };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // Else so many came since that it was removed.
    }
  }
}

/** Makes a version the one after `number`; false where another process was first. */
function writeNext(folder: string, number: number, ledger: Ledger): boolean {
  const written = writeAside(folder, JSON.stringify(ledger));
  try {
    linkSync(written, join(folder, nameOf(number + 1)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(written, { force: true });
  }
}

/** Removes versions long before this one, and what killed processes left; says whether this one is the newest. */
function removeOld(folder: string, number: number): 'newest' | 'late' {
  const names = listNames(folder);
  for (const name of names) {
    const isOld = numberOf(name) <= number - KEPT_VERSIONS;
    const writer = Number(/^(\d+)-.*\.tmp$/.exec(name)?.[1]);
    if (isOld || (writer > 0 && !isThere(writer))) rmSync(join(folder, name), { force: true });
  }
  return names.some((name) => numberOf(name) > number) ? 'late' : 'newest';
}

/** One call of the system, during which nobody changes the folder: a newer version is never missed. */
function listNumbers(folder: string): number[] {
  return listNames(folder)
    .map(numberOf)
    .filter((number) => number > 0);
}

/** Somebody may have removed the machine store while builds run. */
function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function nameOf(number: number): string {
  return `${number}.json`;
}

/** NaN for other files. */
function numberOf(name: string): number {
  return Number(/^(\d+)\.json$/.exec(name)?.[1]);
}

/** Writes a file that nobody reads yet. Two processes may have one pid, in containers that share the folder. */
function writeAside(folder: string, text: string): string {
  const path = join(folder, `${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o644 });
  return path;
}

function openInMemory(): LedgerPlace {
  return {
    path: 'memory',
    read: () => inMemory.ledger,
    update(change) {
      const { ledger, result } = change(inMemory.ledger);
      inMemory.ledger = ledger;
      return result;
    },
  };
}

/** Builds of one process share it; there is nothing else that they could share it through. */
const inMemory: { ledger: Ledger } = { ledger: EMPTY_LEDGER };
