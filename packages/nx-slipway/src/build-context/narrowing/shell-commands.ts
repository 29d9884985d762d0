/** One command of a shell text, as far as it can be read without running it. */
export interface ShellCommand {
  /** Assignments in front of the command, `NAME=value`. */
  readonly assignments: readonly string[];
  readonly words: readonly ShellWord[];
}

/** One word of a command. */
export interface ShellWord {
  /** Without quotes. */
  readonly text: string;
  /** Whether the shell changes it: variables, substitutions, globs. */
  readonly expands: boolean;
}

/** Words after which a command begins as if they were not there. */
const PREFIXES = new Set([
  'if',
  'then',
  'else',
  'elif',
  'do',
  'while',
  'until',
  '!',
  '{',
  '(',
  'time',
  'exec',
  'env',
  'command',
  'sudo',
  'nice',
  'nohup',
]);

/**
 * Splits the text of a shell-form RUN into its commands: at `&&`, `||`, `;`, `|`, `&`, newlines and brackets outside of quotes.
 * POSIX shell grammar, without here documents.
 */
export function splitShellCommands(text: string): readonly ShellCommand[] {
  return splitWords(text.replace(/\\\r?\n/g, ' ')).flatMap((words) => {
    const rest = dropWhile(words, ({ text: word }) => PREFIXES.has(word));
    const command = dropWhile(rest, isAssignment);
    const assignments = rest.slice(0, rest.length - command.length).map(({ text: word }) => word);
    return rest.length === 0 ? [] : [{ assignments, words: command }];
  });
}

function isAssignment({ text }: ShellWord): boolean {
  return /^[A-Za-z_]\w*=/.test(text);
}

function dropWhile<Item>(items: readonly Item[], test: (item: Item) => boolean): readonly Item[] {
  const end = items.findIndex((item) => !test(item));
  return end < 0 ? [] : items.slice(end);
}

const TOKEN = /\s*\n\s*|&&|\|\||[;|&()]|#[^\n]*|(?:\\.|'[^']*'|"(?:[^"\\]|\\[^])*"|[^\s;|&()'"\\])+|[^\S\n]+|[^]/gy;

function splitWords(text: string): readonly (readonly ShellWord[])[] {
  const commands: ShellWord[][] = [[]];
  for (const [token] of text.matchAll(TOKEN)) {
    if (/^(?:\s*\n\s*|&&|\|\||[;|&()])$/.test(token)) commands.push([]);
    else if (token.trim() !== '' && !token.startsWith('#')) commands.at(-1)?.push(readWord(token));
  }
  return commands;
}

function readWord(token: string): ShellWord {
  const unquoted = token.replace(/'[^']*'|\\./g, '');
  return {
    text: token.replace(
      /\\(.)|'([^']*)'|"((?:[^"\\]|\\[^])*)"/g,
      (_, escaped?: string, single?: string, double?: string) =>
        escaped ?? single ?? (double ?? '').replace(/\\(["\\$`])/g, '$1'),
    ),
    expands: /[$`]/.test(unquoted) || /[*?[~]/.test(unquoted.replace(/"[^"]*"/g, '')),
  };
}
