import { joinPath } from './linked-tree';
import type { ShellCommand, ShellWord } from '../shell-commands';

/** A call of the go command. */
export interface GoCommand {
  /** `build`, `install`, `test`, `mod` …; `''` where it is not known. */
  readonly verb: string;
  /** Flags with their values, as `-flag=value`, without a second dash. */
  readonly flags: readonly string[];
  /** What follows the flags: packages for most verbs. */
  readonly operands: readonly ShellWord[];
  /** `GOFLAGS` set in front of this command; `undefined` where it is not. */
  readonly goFlags?: string;
  /** Folder of `-C`, where the go command changes to. */
  readonly folder?: string;
}

/** Flags of the build commands that take the next word as their value (`go help build`, Go 1.22; test flags too). */
const FLAGS_WITH_VALUE = new Set(
  (
    'C asmflags buildmode buildvcs compiler covermode coverpkg exec gccgoflags gcflags installsuffix ldflags mod modfile ' +
    'o overlay p pgo pkgdir run tags timeout toolexec coverprofile count bench vettool'
  ).split(' '),
);
/** Of these a value is only taken after `=`. */
const OPTIONAL_VALUE = new Set(['buildvcs']);

/** Reads a command as a call of go, by whatever path; `undefined` where it is none. */
export function readGoCommand({ assignments, words }: ShellCommand): GoCommand | undefined {
  const [program, ...rest] = words;
  if (program === undefined || !/^(?:.*\/)?go(?:1\.\d+(?:\.\d+)?)?$/.test(program.text)) return undefined;
  const flags: string[] = [];
  let index = 0;
  const takeFlags = (): void => {
    for (let word = rest[index]; word && /^--?[A-Za-z]/.test(word.text); word = rest[index]) {
      const flag = word.text.replace(/^--/, '-');
      const name = flag.slice(1);
      const hasValue = FLAGS_WITH_VALUE.has(name) && !OPTIONAL_VALUE.has(name);
      flags.push(hasValue ? `${flag}=${rest[index + 1]?.text ?? ''}` : flag);
      index += hasValue ? 2 : 1;
    }
  };
  takeFlags();
  const verb = rest[index++]?.text ?? '';
  takeFlags();
  const goFlags = assignments.find((assignment) => assignment.startsWith('GOFLAGS='))?.slice('GOFLAGS='.length);
  const folder = flags.find((flag) => flag.startsWith('-C='))?.slice('-C='.length);
  return {
    verb,
    flags,
    operands: rest.slice(index),
    ...(goFlags !== undefined && { goFlags }),
    ...(folder !== undefined && { folder }),
  };
}

/** An absolute path that a folder and a path in it give. */
export function resolveAbsolute(folder: string, path: string): string {
  return `/${path.startsWith('/') ? joinPath('', path.replace(/^\/+/, '')) : joinPath(folder.replace(/^\/+/, ''), path)}`;
}
