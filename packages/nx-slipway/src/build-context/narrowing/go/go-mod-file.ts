import { unquoteGoString } from './unquote-go-string';

/** What a `go.mod` or `go.work` file says about folders. */
export interface GoModFile {
  /** Of the `module` line; `''` in a go.work file, or where it cannot be read. */
  readonly modulePath: string;
  /** `[major, minor]` of the `go` line; `undefined` where there is none that can be read. */
  readonly goVersion?: readonly [number, number];
  /** Folders of the `use` lines of a go.work file, as written. */
  readonly uses: readonly string[];
  /** `replace` lines whose right side is a folder, whatever version they are for. */
  readonly localReplacements: readonly LocalReplacement[];
}

/** A module that is read from a folder. */
export interface LocalReplacement {
  /** Path of the module that is replaced: imports begin with it. */
  readonly modulePath: string;
  /** As written: begins with `./`, `../` or `/` (Go modules reference, "replace directive"). */
  readonly folder: string;
}

/** Reads a `go.mod` or `go.work` file (Go modules reference, Go 1.22). Lines that are not understood say nothing about folders. */
export function parseGoModFile(text: string): GoModFile {
  const directives = readDirectives(text);
  const argumentsOf = (verb: string) => directives.filter(([first]) => first === verb).map((words) => words.slice(1));
  const [major, minor] = (argumentsOf('go')[0]?.[0] ?? '').split('.');
  const goVersion = /^\d+$/.test(major ?? '') && /^\d/.test(minor ?? '') && [Number(major), parseInt(minor ?? '', 10)];
  return {
    modulePath: argumentsOf('module')[0]?.[0] ?? '',
    ...(goVersion && { goVersion: [goVersion[0] ?? 0, goVersion[1] ?? 0] }),
    uses: argumentsOf('use').flatMap(([folder]) => (folder ? [folder] : [])),
    localReplacements: argumentsOf('replace').flatMap(readReplacement),
  };
}

function readReplacement(words: readonly string[]): LocalReplacement[] {
  const arrow = words.indexOf('=>');
  const [modulePath, folder] = [words[0], words[arrow + 1]];
  return arrow > 0 && modulePath && folder && /^\.{0,2}(?:\/|$)/.test(folder) ? [{ modulePath, folder }] : [];
}

/** Each line as words, those of a block with the verb of the block in front. */
function readDirectives(text: string): string[][] {
  const directives: string[][] = [];
  let block: string | undefined;
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    const words = splitWords(line);
    if (words.length === 0) continue;
    if (block !== undefined) {
      if (words[0] === ')') block = undefined;
      else directives.push([block, ...words]);
    } else if (words.at(-1) === '(') {
      block = words[0];
    } else {
      directives.push(words.filter((word) => word !== '(' && word !== ')'));
    }
  }
  return directives;
}

/** Words, quoted strings, brackets and arrows; a comment begins at `//`. */
function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/\/\/.*|"(?:[^"\\]|\\.)*"|`[^`]*`|[()]|(?:(?!\/\/)[^\s()"`])+/g)) {
    if (word.startsWith('//')) break;
    words.push(unquoteGoString(word) ?? word);
  }
  return words;
}
