/** One simple command of a RUN line: its words, quotes taken off, assignments and keywords in front left out. */
export interface ShellCommand {
  readonly words: readonly string[];
}

const KEYWORDS = new Set(['if', 'then', 'elif', 'else', 'fi', 'do', 'done', 'while', 'until', '!', '{', '}', '(', ')']);
/** Commands that run the command after them. */
const PREFIXES = new Set(['exec', 'time', 'env', 'sudo', 'nice', 'nohup', 'command']);

/**
 * Splits the text of a RUN instruction into its simple commands. It knows quotes, `;`, `&&`, `||`, `|` and newlines; what is more than
 * that (functions, `case`, substitutions) comes out as words of some command, so a reader that looks for a word still finds it. Pure.
 */
export function splitShellCommands(shell: string): readonly ShellCommand[] {
  return splitSeparators(shell)
    .map((words) => ({ words: withoutLead(words) }))
    .filter(({ words }) => words.length > 0);
}

function splitSeparators(shell: string): string[][] {
  const commands: string[][] = [[]];
  let word: string | undefined;
  let quote = '';
  const endWord = (): void => {
    if (word !== undefined) commands.at(-1)?.push(word);
    word = undefined;
  };
  for (let index = 0; index < shell.length; index++) {
    const character = shell.charAt(index);
    if (quote !== '') {
      if (character === quote) quote = '';
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '\\') {
      const next = shell.charAt(++index);
      if (next !== '\n') word = (word ?? '') + next;
    } else if (/[\s]/.test(character) && character !== '\n') endWord();
    else if (/[\n;&|()`]/.test(character)) {
      endWord();
      commands.push([]);
    } else word = (word ?? '') + character;
  }
  endWord();
  return commands;
}

/** Assignments (`CGO_ENABLED=0`), keywords, and commands that only run another one. */
function withoutLead(words: readonly string[]): string[] {
  const first = words.findIndex((word) => !KEYWORDS.has(word) && !PREFIXES.has(word) && !/^\w+=/.test(word));
  return first < 0 ? [] : words.slice(first);
}
