import type { StageRun } from '../../dockerfile/list-copy-sources';
import { asksForAbsentFile, type CommandGround } from './asks-for-absent-file';
import { judgeCommand, textForShell, type WholeTreeRead } from './find-whole-tree-reads';
import { isProvableCommand } from './provable-commands';
import { splitShellCommands, type ShellCommand } from './shell-commands';

/** Substitutions that read nothing of a tree. */
const HARMLESS_SUBSTITUTION =
  /\$\(\s*(?:date|nproc|uname|arch|dpkg\s+--print-architecture|go\s+env)(?:\s[^()`;&|<>]*)?\)/g;
const SUBSTITUTION = /\$\([^)]*\)?|`[^`]*`?|<\([^)]*\)?/;
/** `2>&1`: its `&` ends no command. */
const REDIRECTION = /\d?>&\d\b/g;
const HEREDOC = /<<-?\s*(["']?)([A-Za-z_]\w*)\1/;
/** Commands in front of another one, which they run. */
const WRAPPERS = new Set('timeout xvfb-run stdbuf env nice exec time sudo command nohup'.split(' '));

const UNKNOWN = 'is not known to leave a trace of all that it reads';
const ABSENT =
  'asks for a file that the build context does not have; were it added, the narrowed build might not see it';
/** Changes the folder that relative paths are in. */
const CHANGES_FOLDER = /(?:^|[\s;&|(])(?:cd|pushd)\s/;

/**
 * The commands of RUN lines which are not known to read nothing of the narrowed files, or to leave a trace in the image of all that they read. Only
 * without any such command does comparing images prove something: a test that is not there does not fail. The list of what is known
 * is closed; everything else is named. Pure.
 * @param places absolute paths at which narrowed folders lie as they were copied
 * @param isCopied whether an absolute path of a Dockerfile stage has something that comes from the whole build context
 */
export function findUnprovableCommands(
  runs: readonly StageRun[],
  places: readonly string[] = [],
  isCopied: CommandGround['isCopied'] = () => false,
): readonly WholeTreeRead[] {
  return runs.flatMap(({ line, shell, workdir }) => {
    const ground = {
      places,
      isCopied,
      workdir: CHANGES_FOLDER.test(shell) ? null : workdir,
      hasAlternative: withoutQuotes(shell).includes('||'),
    };
    return findInShell(shell, ground).map((read) => ({ line, ...read }));
  });
}

type Finding = Omit<WholeTreeRead, 'line'>;

function findInShell(shell: string, ground: CommandGround): readonly Finding[] {
  const text = shell.replace(HARMLESS_SUBSTITUTION, '$$SUBSTITUTED');
  const substitution = SUBSTITUTION.exec(withoutSingleQuotes(text))?.[0];
  const found = findInCommands(text, ground);
  if (substitution === undefined) return found;
  return [...found, { command: substitution, reason: 'puts what a command finds into the line' }];
}

function findInCommands(shell: string, ground: CommandGround): readonly Finding[] {
  const text = readHeredocs(shell);
  if (typeof text !== 'string') return [text];
  return splitShellCommands(text.replace(REDIRECTION, ' ')).flatMap((command) => judge(command, ground));
}

/** A heredoc that is the script of a RUN becomes its lines, one that is written into a file by `cat` is left out. */
function readHeredocs(shell: string): string | Finding {
  const [first = '', ...lines] = shell.split('\n');
  const name = HEREDOC.exec(withoutSingleQuotes(first))?.[2] ?? HEREDOC.exec(first)?.[2];
  if (name === undefined) return shell;
  const command = first.replace(HEREDOC, '').trim();
  const end = lines.findIndex((line) => line.trim() === name);
  const body = end < 0 ? lines : lines.slice(0, end);
  const rest = end < 0 ? [] : lines.slice(end + 1);
  if (HEREDOC.test(command) || body.some((line) => HEREDOC.test(line))) return unknown(first);
  if (/^(?:cat|tee)\b[^|&;]*$/.test(command)) return [command, ...rest].join('\n');
  if (command !== '' || body[0]?.startsWith('#!')) return { command: first.trim(), reason: 'runs a text by a program' };
  return [...body, ...rest].join('\n');
}

function judge(command: ShellCommand, ground: CommandGround): readonly Finding[] {
  const words = command.words.map(({ text }) => text);
  if (words.length === 0) return [];
  const inner = textForShell(words);
  if (inner !== undefined) return findInShell(inner, ground);
  const [program = ''] = words;
  if (WRAPPERS.has(program) || program.startsWith('-')) return judgeWrapped(command, ground);
  const reason = judgeCommand(words);
  if (isProvableCommand(command, ground.places)) {
    return asksForAbsentFile(command, ground) ? [{ command: words.join(' '), reason: ABSENT }] : [];
  }
  return [reason === undefined ? unknown(words.join(' ')) : { command: words.join(' '), reason }];
}

/** `timeout -k 5 60 pytest`: the command begins after the wrapper's options, numbers and assignments. */
function judgeWrapped(command: ShellCommand, ground: CommandGround): readonly Finding[] {
  const isOfWrapper = (text: string): boolean =>
    WRAPPERS.has(text) || /^-/.test(text) || /^\d+(?:\.\d+)?[smhd]?$/.test(text) || /^[A-Za-z_]\w*=/.test(text);
  const start = command.words.findIndex(({ text }) => !isOfWrapper(text));
  return start < 0 ? [] : judge({ assignments: command.assignments, words: command.words.slice(start) }, ground);
}

function unknown(command: string): Finding {
  return { command, reason: UNKNOWN };
}

function withoutSingleQuotes(text: string): string {
  return text.replace(/\\[^]|"(?:[^"\\]|\\[^])*"|'[^']*'/g, (token) => (token.startsWith("'") ? "''" : token));
}

function withoutQuotes(text: string): string {
  return withoutSingleQuotes(text).replace(/"(?:[^"\\]|\\[^])*"/g, '""');
}
