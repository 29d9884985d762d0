import { posix } from 'node:path';
import type { ShellCommand, ShellWord } from './shell-commands';

/** What is known of the file tree in which a command runs. */
export interface CommandGround {
  /** Absolute paths at which narrowed folders lie as they were copied. */
  readonly places: readonly string[];
  /** Absolute; `null` where it is not known. */
  readonly workdir: string | null;
  /** Whether an absolute path has something that comes from the whole build context. */
  readonly isCopied: (path: string) => boolean;
  /** Whether something is run only where another command fails (`||`). */
  readonly hasAlternative: boolean;
}

const TESTS = new Set(['test', '[', '[[']);
/** POSIX test(1), and those of bash. */
const FILE_TEST = /^-[abcdefgGhkLNOpLrsStuwx]$/;
const COMPARISON = new Set(['-nt', '-ot', '-ef']);
/** Commands that fail where a file that they name is not there. */
const FAILS_WITHOUT = new Set('cat cp mv ln install chmod chown sed strip ls'.split(' '));
/** Nothing of the build context lies there, wherever it was copied to. */
const OF_THE_MACHINE = /^\/(?:proc|sys|dev|run)(?:\/|$)/;

/**
 * Whether a command does one thing where a file is there and another where it is not, and asks for one that may be added to a narrowed folder
 * later: the full build would then do the one thing, and the narrowed one still the other, and no comparison of today's images shows it.
 * A file that the whole build context has today is none of these: comparing shows whether the rule lets it in. Pure.
 */
export function asksForAbsentFile({ words }: ShellCommand, ground: CommandGround): boolean {
  const [program, ...rest] = words;
  if (!program) return false;
  const name = posix.basename(program.text);
  if (TESTS.has(name)) return testedFiles(rest).some((word) => mayBeAddedLater(word, ground));
  if (!ground.hasAlternative || !FAILS_WITHOUT.has(name)) return false;
  return namedFiles(name, rest).some((word) => mayBeAddedLater(word, ground));
}

function testedFiles(words: readonly ShellWord[]): readonly ShellWord[] {
  return words.flatMap((word, index) => {
    const [before, after] = [words[index - 1], words[index + 1]];
    if (COMPARISON.has(word.text)) return [before, after].filter((operand) => operand !== undefined);
    return FILE_TEST.test(word.text) && after && !/^(?:\]\]?|=|!=)$/.test(after.text) ? [after] : [];
  });
}

/** The last operand of what copies is where to; the first of sed is what it does, of chmod and chown what they set. */
function namedFiles(name: string, words: readonly ShellWord[]): readonly ShellWord[] {
  const operands = words.filter(({ text }) => !text.startsWith('-'));
  if (/^(?:cp|mv|ln|install)$/.test(name)) return operands.slice(0, -1);
  return /^(?:sed|chmod|chown)$/.test(name) ? operands.slice(1) : operands;
}

function mayBeAddedLater({ text, expands }: ShellWord, { places, workdir, isCopied }: CommandGround): boolean {
  if (OF_THE_MACHINE.test(text)) return false;
  const known = expands ? posix.dirname(text.replace(/[*?[$`].*$/, 'x')) : text;
  if (!known.startsWith('/') && workdir === null) return true;
  const path = posix.resolve(workdir ?? '/', known);
  const meets = (place: string): boolean => isAtOrBelow(path, place) || (expands && isAtOrBelow(place, path));
  return places.some(meets) && (expands || !isCopied(path));
}

function isAtOrBelow(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}
