import { posix } from 'node:path';
import type { StageRun } from '../../dockerfile/list-copy-sources';
import { splitShellCommands } from './shell-commands';

/** A RUN line that may read files which leave no trace in the image. */
export interface WholeTreeRead {
  readonly line: number;
  /** The command, e.g. `go test ./...`. */
  readonly command: string;
  /** Completes the sentence "it …". */
  readonly reason: string;
}

const TASK_RUNNERS = new Set(
  'make gmake cmake ninja bazel bazelisk mage task just gradle gradlew mvn mvnw rake'.split(' '),
);
const CHECKERS = new Set(
  'golangci-lint staticcheck gosec govulncheck revive jest vitest mocha ava karma cypress pytest tox nox nose2 eslint biome stylelint prettier ruff flake8 pylint mypy unittest'.split(
    ' ',
  ),
);
const GO_READERS = new Set(['test', 'vet', 'generate', 'run', 'list', 'fmt', 'fix', 'tool']);
const PACKAGE_MANAGERS = new Set(['npm', 'yarn', 'pnpm', 'bun']);
const SHELLS = new Set('sh bash ash dash zsh ksh source .'.split(' '));
const INTERPRETERS = new Set([...SHELLS, ...'python python3 perl ruby node deno'.split(' ')]);
const TREE_READERS = new Set(
  'find ls tar rsync cp mv cat grep egrep rg sed awk xargs tree du wc install zip sha256sum md5sum'.split(' '),
);

/**
 * The commands of RUN lines that read a whole tree, or whatever a script of the workspace chooses to read. What such a command misses in a narrowed
 * build context may leave no trace in the image (`go test ./...` turns green without its tests), so comparing images proves nothing for it. Errs towards naming a
 * command that reads less. Pure.
 */
export function findWholeTreeReads(runs: readonly StageRun[]): readonly WholeTreeRead[] {
  return runs.flatMap(({ line, shell }) => findReadsOf(shell).map((read) => ({ line, ...read })));
}

function findReadsOf(shell: string): readonly Omit<WholeTreeRead, 'line'>[] {
  return splitShellCommands(shell).flatMap((command) => {
    const words = command.words.map(({ text }) => text);
    const inner = textForShell(words);
    if (inner !== undefined) return findReadsOf(inner);
    const reason = words.length === 0 ? undefined : judgeCommand(words);
    return reason === undefined ? [] : [{ command: words.join(' '), reason }];
  });
}

/** What a shell is given to run by `-c`, with its arguments: the JSON form of RUN comes without quotes. `undefined` for any other command. Pure. */
export function textForShell([path = '', ...rest]: readonly string[]): string | undefined {
  if (!SHELLS.has(posix.basename(path))) return undefined;
  const option = rest.findIndex((word) => /^-\w*c\w*$/.test(word));
  return option < 0 ? undefined : rest.slice(option + 1).join(' ');
}

/** What a command, its path first, is known to read beyond what it names; completes the sentence "it …". `undefined` where nothing is known. Pure. */
export function judgeCommand(words: readonly string[]): string | undefined {
  const [path = '', ...rest] = words;
  const name = posix.basename(path);
  const [verb = ''] = rest.filter((word) => !word.startsWith('-'));
  if (words.some((word) => /(^|\/)\.\.\.$/.test(word))) return 'names all packages below a folder';
  if (name === 'go' && GO_READERS.has(verb)) return `reads what the packages read at that moment (go ${verb})`;
  if (TASK_RUNNERS.has(name)) return `runs the rules of a file (${name})`;
  if (CHECKERS.has(checkerOf(name, rest))) return 'checks files and leaves no trace of them';
  if (name === 'xargs') return 'runs a command on whatever files it is given';
  if (PACKAGE_MANAGERS.has(name) && /^(t|tst|test|lint|check|vitest|jest)(:|$)/.test(scriptOf(rest))) {
    return 'checks files and leaves no trace of them';
  }
  if (
    (name === 'nx' || (name === 'npx' && verb === 'nx')) &&
    /\b(run-many|affected|test|lint)\b/.test(rest.join(' '))
  ) {
    return 'runs tasks of other projects, or checks';
  }
  if (isScript(path) || (INTERPRETERS.has(name) && isOwnScript(name, rest)))
    return 'runs a script, which may read any file';
  if (TREE_READERS.has(name) && rest.some(isRelativeTree)) return 'reads whatever files it finds';
  return undefined;
}

/** What may be a checker: the command itself, what npx runs, or the module of `python3 -m pytest`. */
function checkerOf(name: string, rest: readonly string[]): string {
  if (name === 'npx') return rest.find((word) => !word.startsWith('-')) ?? name;
  const module = INTERPRETERS.has(name) ? rest.indexOf('-m') : -1;
  return module < 0 ? name : (rest[module + 1] ?? name);
}

/** `npm run test:unit`, `yarn test`, `npm t`. */
function scriptOf(words: readonly string[]): string {
  const verbs = words.filter((word) => !word.startsWith('-'));
  return (['run', 'run-script'].includes(verbs[0] ?? '') ? verbs[1] : verbs[0]) ?? '';
}

function isScript(path: string): boolean {
  return path.startsWith('./') || path.startsWith('../') || /\.(sh|bash|py|pl|rb|js|mjs|cjs|ts)$/.test(path);
}

/** An interpreter that is given a file; `-c`, `-m` and, not for shells, `-e` give it text or a module. */
function isOwnScript(name: string, words: readonly string[]): boolean {
  const isGivenText = SHELLS.has(name) ? /^-\w*c$/ : /^-[cme]$/;
  return words.some((word) => !word.startsWith('-')) && !words.some((word) => isGivenText.test(word));
}

/** A pattern, or a folder, relative to the working directory. Absolute paths are a stage's own, unless a pattern is in them. */
function isRelativeTree(word: string): boolean {
  if (word.startsWith('-')) return false;
  return /[*?[]/.test(word) || /^\.{1,2}\/?$/.test(word) || /^(?!\/)[^$]*\/$/.test(word);
}
