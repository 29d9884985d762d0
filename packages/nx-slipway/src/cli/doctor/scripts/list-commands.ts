import { isJsonObject } from '../../../artifact/json-object';
import { locateJson } from '../../../build-context/locate-json';
import type { ScriptFile } from './script-file';

/** One command of a script, as far as its text alone tells. */
export interface ScriptCommand {
  /** The line where it begins. */
  readonly line: number;
  /** Quotes are taken away, variables stay as they are written. */
  readonly words: readonly string[];
  /** Commands of the same unit run together: all of a file, or one npm script. */
  readonly unit: string;
}

/**
 * The commands of a script, one after the other. It understands what is needed to find `docker build` and the like, and
 * is no shell: functions, variables and what a heredoc holds are not followed. Pure.
 */
export function listCommands({ kind, text }: ScriptFile): readonly ScriptCommand[] {
  if (kind === 'npm-scripts') return listNpmCommands(text);
  return joinContinuedLines(text).flatMap(({ line, text: logical }) =>
    splitCommands(withoutPrefix(logical, kind)).map((words) => ({ line, words, unit: '' })),
  );
}

function listNpmCommands(text: string): ScriptCommand[] {
  const locations = locateJson(text);
  if (locations.status !== 'valid') return [];
  const package_ = JSON.parse(text) as unknown;
  const scripts = isJsonObject(package_) && isJsonObject(package_['scripts']) ? package_['scripts'] : {};
  return Object.entries(scripts).flatMap(([unit, script]) => {
    if (typeof script !== 'string') return [];
    const line = locations.lineOf(['scripts', unit]);
    return splitCommands(script).map((words) => ({ line, words, unit }));
  });
}

function joinContinuedLines(text: string): { readonly line: number; readonly text: string }[] {
  const logical: { line: number; text: string }[] = [];
  let open = false;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '');
    const content = line.replace(/\\$/, '');
    const last = logical.at(-1);
    if (open && last) last.text += ` ${content.trim()}`;
    else logical.push({ line: index + 1, text: content });
    open = line.endsWith('\\');
  }
  return logical;
}

/** `- run: docker build .` and `<tab>@docker build .` are a command each. */
function withoutPrefix(line: string, kind: ScriptFile['kind']): string {
  const text = line.trim();
  if (kind === 'makefile') return text.replace(/^[@+-]+\s*/, '');
  if (kind !== 'workflow') return text;
  const [, quote = '', body = ''] =
    /^(?:-\s+)*(?:(?:run|script|before_script|after_script|command):\s*)?(["']?)(.*)$/s.exec(text) ?? [];
  return quote !== '' && body.endsWith(quote) ? body.slice(0, -1) : `${quote}${body}`;
}

/** Splits at `&&`, `||`, `;`, `|`, `&` and parentheses that are not in quotes; a `#` begins a comment. */
function splitCommands(text: string): string[][] {
  const commands: string[][] = [[]];
  let word: string | undefined;
  const endWord = (): void => {
    if (word !== undefined) commands.at(-1)?.push(word);
    word = undefined;
  };
  const token = /\\(.)|'([^']*)'|"((?:[^"\\]|\\.)*)"|(\$[({][^(){}]*[)}])|([ \t]+)|(&&|\|\||[;|&()])|([^\s])/gs;
  for (const [, escaped, single, double, variable, space, operator, plain] of text.matchAll(token)) {
    if (plain === '#' && word === undefined) break;
    if (space !== undefined) endWord();
    else if (operator !== undefined) {
      endWord();
      commands.push([]);
    } else word = (word ?? '') + (escaped ?? single ?? double ?? variable ?? plain ?? '');
  }
  endWord();
  return commands.filter((words) => words.length > 0);
}
