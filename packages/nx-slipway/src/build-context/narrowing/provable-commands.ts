import { posix } from 'node:path';
import { readGoCommand } from './go/go-commands';
import { isAtOrAbove } from './find-surviving-copies';
import type { ShellCommand, ShellWord } from './shell-commands';

/** Judges a command by what follows its name. */
type Judge = (words: readonly ShellWord[], places: readonly string[]) => boolean;

/**
 * Whether a command is known to read nothing of a tree but what it names, or to leave a trace in the image of all that it reads. A list of what is
 * known: anything else is not. Pure.
 * @param places absolute paths at which narrowed folders lie as they were copied
 */
export function isProvableCommand(command: ShellCommand, places: readonly string[]): boolean {
  const [program, ...words] = command.words;
  if (!program) return true;
  if ((program.expands && !/^\[\[?$/.test(program.text)) || !isInstalled(program.text, places)) return false;
  if (
    command.assignments.some((assignment) => /^(?:GOFLAGS|NODE_OPTIONS|BASH_ENV|LD_PRELOAD)=.*\S\.?\//.test(assignment))
  ) {
    return false;
  }
  if (command.words.some(({ text }) => /(^|\/)\.\.\.$/.test(text))) return false;
  if (readGoCommand(command)) return isProvableGo(command);
  const name = posix.basename(program.text);
  const judge = Object.hasOwn(JUDGES, name) ? JUDGES[name] : undefined;
  return judge?.(words, places) ?? false;
}

/** A program of the image, not a file of the workspace. */
function isInstalled(path: string, places: readonly string[]): boolean {
  if (!path.includes('/')) return true;
  return path.startsWith('/') && !places.some((place) => place !== '/' && isAtOrAbove(place, path));
}

/** Its operands may be variables, not patterns: these become names that are found. */
const readsNothing: Judge = (words) => !words.some(isGlob);
const always: Judge = () => true;

/** Each operand is a file that is named, and not the whole of a copied folder. */
const readsNamedFiles: Judge = (words, places) => operandsOf(words).every((word) => isNamedFile(word, places));

/** As `readsNamedFiles`; a folder is not read as a whole, and the last operand is where to. */
const copiesNamedFiles: Judge = (words, places) =>
  sourcesOf(words).every((word) => isNamedFile(word, places) && (!isRecursive(words) || isElsewhere(word, places)));

/** They take folders as wholes without being told to. */
const takesFolders: Judge = (words, places) => sourcesOf(words).every((word) => isElsewhere(word, places));

const extracts: Judge = (words, places) =>
  words.every((word, index) => word.text.startsWith('-') || index === 0 || isElsewhere(word, places));

const editsNamedFiles: Judge = (words, places) => {
  const options = words.filter(({ text }) => text.startsWith('-')).map(({ text }) => text);
  if (!options.some((option) => /^-[a-zA-Z]*i|^--in-place/.test(option))) return false;
  if (options.some((option) => /^-[a-zA-Z]*[ef]|^--(?:expression|file)/.test(option))) return false;
  return operandsOf(words)
    .slice(1)
    .every((word) => isNamedFile(word, places));
};

const fetches: Judge = (words) =>
  readsNothing(words, []) &&
  !words.some(({ text }) =>
    /^-(?:T|K|F|d)|^--(?:upload-file|config|form|data|post-file|body-file|input-file)/.test(text),
  );

/** A loop over names that are written there. */
const loops: Judge = (words) => words.every(({ expands }) => !expands);

const python: Judge = (words, places) => {
  const module = words.findIndex(({ text }) => text === '-m');
  if (module < 0 || operandsOf(words.slice(0, module)).length > 0) return false;
  const rest = words.slice(module + 2);
  switch (words[module + 1]?.text) {
    case 'venv':
    case 'ensurepip':
      return readsNothing(rest, places);
    case 'compileall':
      return readsNamedFiles(rest, places);
    case 'pip':
      return pip(rest, places);
    default:
      return false;
  }
};

const PIP_VALUES = new Set(
  '-r --requirement -c --constraint -t --target --prefix --root --python -i --index-url --extra-index-url'.split(' '),
);

const pip: Judge = (words) => {
  if (words.some(isGlob)) return false;
  const operands = words.filter(
    ({ text }, index) => !text.startsWith('-') && !PIP_VALUES.has(words[index - 1]?.text ?? ''),
  );
  const [verb, ...packages] = operands.map(({ text }) => text);
  const isPath = (text: string): boolean => /^[./]|\/$/.test(text);
  const hasFolders = words.some(({ text }) => /^(?:-e|--editable|-f|--find-links)/.test(text));
  return verb === 'install' && !hasFolders && !packages.some(isPath);
};

/** Options of package managers that take the next word as their value. */
const MANAGER_VALUES = new Set('-w --workspace --prefix -C --cwd --dir --filter -F -c --call -p --package'.split(' '));
const ALL_PACKAGES = /^(?:-ws|--workspaces|-r|--recursive|--all|-A|workspaces)$/;
const INSTALLS = new Set('ci install i add prune config cache set'.split(' '));
const RUNS_TOOL = new Set('exec x dlx'.split(' '));

const packageManager: Judge = (words, places) => {
  if (words.some(isGlob)) return false;
  const rest = afterOptions(words);
  const [verb, script] = rest.map(({ text }) => text);
  if (verb === undefined) return words.every(({ text }) => text.startsWith('-') || MANAGER_VALUES.has(text)); // `yarn` installs.
  if (INSTALLS.has(verb)) return true;
  if (RUNS_TOOL.has(verb)) return tool(rest.slice(1), places);
  if (verb === 'workspace') return packageManager(rest.slice(2), places);
  const isBuild = isBuildScript(verb === 'run' || verb === 'run-script' ? afterOptions(rest.slice(1))[0]?.text : verb);
  return isBuild && script !== '--help' && !words.some(({ text }) => ALL_PACKAGES.test(text));
};

function isBuildScript(name: string | undefined): boolean {
  return name === 'build' || (name?.startsWith('build:') ?? false);
}

function afterOptions(words: readonly ShellWord[]): readonly ShellWord[] {
  const start = words.findIndex(
    ({ text }, index) => !text.startsWith('-') && !MANAGER_VALUES.has(words[index - 1]?.text ?? ''),
  );
  return start < 0 ? [] : words.slice(start);
}

/** What npx and its like run. */
const tool: Judge = (words, places) => {
  const [program, ...rest] = afterOptions(words);
  if (!program || words.some(({ text }) => /^(?:-c|--call)$/.test(text))) return false;
  const name = program.text.replace(/(?<=.)@.*$/, '');
  const judge = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  return judge?.(rest, places) ?? false;
};

const builds: Judge = (words) => operandsOf(words)[0]?.text === 'build' && !words.some(isGlob);

const TOOLS: Readonly<Record<string, Judge>> = {
  nx: (words) => {
    const [verb, project] = operandsOf(words).map(({ text }) => text);
    if (words.some(isGlob)) return false;
    return verb === 'run' ? /^[^:]+:build(?::|$)/.test(project ?? '') : verb === 'build' && project !== undefined;
  },
  tsc: (words) => !words.some((word) => isGlob(word) || /^--?(?:noEmit|watch|w)$/i.test(word.text)),
  vite: builds,
  next: builds,
};

const GO_MODULE_VERBS = new Set(['download', 'verify']);
const GO_HARMLESS_VERBS = new Set(['env', 'version', 'clean', 'telemetry', 'help']);
/** Flags by which go runs or reads what no rule covers. */
const GO_UNKNOWN_FLAG = /^-(?:modfile|overlay|toolexec|exec|pgo)=/;

function isProvableGo(command: ShellCommand): boolean {
  const go = readGoCommand(command);
  if (!go) return false;
  if (GO_HARMLESS_VERBS.has(go.verb)) return true;
  if (go.verb === 'mod') return GO_MODULE_VERBS.has(go.operands[0]?.text ?? '');
  if (go.verb !== 'build' && go.verb !== 'install') return false;
  const names = go.operands.map(({ text }) => text);
  return (
    !go.flags.some((flag) => GO_UNKNOWN_FLAG.test(flag)) &&
    !/-(?:modfile|overlay|toolexec|exec)=/.test(go.goFlags ?? '') &&
    !go.operands.some(({ expands }) => expands) &&
    !names.some((name) => name.includes('...') || name === 'all')
  );
}

const JUDGES: Readonly<Record<string, Judge>> = {
  ...forAll('rm mkdir fi done esac } true : false exit set unset umask cd sleep id', always),
  ...forAll('echo printf export test [ [[ apt-get apt apk dnf yum microdnf', readsNothing),
  ...forAll('useradd groupadd adduser addgroup gpg ldconfig update-ca-certificates corepack', readsNothing),
  ...forAll('cat tee touch chmod chown strip upx', readsNamedFiles),
  ...forAll('cp install', copiesNamedFiles),
  ...forAll('mv ln', takesFolders),
  ...forAll('curl wget', fetches),
  ...forAll('python python3', python),
  ...forAll('pip pip3', pip),
  ...forAll('npm yarn pnpm bun', packageManager),
  ...forAll('npx pnpx bunx', tool),
  ...TOOLS,
  tar: extracts,
  sed: editsNamedFiles,
  for: loops,
};

function forAll(names: string, judge: Judge): Record<string, Judge> {
  return Object.fromEntries(names.split(' ').map((name) => [name, judge]));
}

function operandsOf(words: readonly ShellWord[]): readonly ShellWord[] {
  return words.filter(({ text }) => !text.startsWith('-') || text === '-');
}

/** What is copied: all operands but the last. */
function sourcesOf(words: readonly ShellWord[]): readonly ShellWord[] {
  const operands = operandsOf(words);
  return operands.length > 1 ? operands.slice(0, -1) : operands;
}

function isRecursive(words: readonly ShellWord[]): boolean {
  return words.some(({ text }) => /^-[a-zA-Z]*[rRad]|^--(?:recursive|archive|directory)$/.test(text));
}

function isGlob({ text, expands }: ShellWord): boolean {
  return expands && /[*?[]/.test(text.replace(/^\[\[?$/, ''));
}

/** A path without a pattern that is neither a copied folder as a whole, nor a folder by its looks. */
function isNamedFile(word: ShellWord, places: readonly string[]): boolean {
  const { text, expands } = word;
  if (expands) return isElsewhere(word, places);
  if (text.startsWith('/')) return !places.some((place) => isAtOrAbove(text, place));
  return !/^\.{1,2}$|\/\.{0,2}$|^\.\.\//.test(text);
}

/** An absolute path that has nothing to do with a copied folder, as far as it is written out. */
function isElsewhere({ text, expands }: ShellWord, places: readonly string[]): boolean {
  if (!text.startsWith('/')) return false;
  const known = expands ? posix.dirname(text.replace(/[*?[$`].*$/, 'x')) : text;
  return !places.some((place) => isAtOrAbove(known, place) || isAtOrAbove(place, known));
}
