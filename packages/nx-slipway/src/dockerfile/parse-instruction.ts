import type { LogicalLine } from './logical-line';
import type { DockerfileFlag, DockerfileInstruction } from './parsed-dockerfile';

const TAKES_JSON = ['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'RUN', 'SHELL', 'VOLUME'];

/**
 * Takes one logical line apart: keyword, flags, text, JSON form. Judges nothing.
 * Rules: `splitCommand` and `parseMaybeJSON` (BuildKit v0.34.2, frontend/dockerfile/parser).
 */
export function parseInstruction(line: LogicalLine, escape: string): DockerfileInstruction {
  const [, word = '', rest = ''] = /^[\t\v\f\r ]*([^\t\v\f\r ]+)[\t\v\f\r ]*([\s\S]*)$/.exec(line.text) ?? [];
  const keyword = word.toUpperCase();
  const { flags, text } = takeFlags(rest, escape);
  const json = TAKES_JSON.includes(keyword) ? parseJsonForm(text) : undefined;
  return {
    keyword,
    line: line.line,
    endLine: line.endLine,
    flags,
    text,
    heredocs: line.heredocs,
    ...(json === undefined ? {} : { json }),
    ...(keyword === 'ONBUILD' && text !== '' ? { trigger: parseInstruction({ ...line, text }, escape) } : {}),
  };
}

/** Flags stand first, each up to a blank outside of quotes, which are dropped, as escapes are. `--` alone ends them. */
function takeFlags(rest: string, escape: string): { readonly flags: readonly DockerfileFlag[]; readonly text: string } {
  const flags: DockerfileFlag[] = [];
  let position = 0;
  for (;;) {
    while (/\s/.test(rest.charAt(position))) position++;
    if (!rest.startsWith('--', position)) return { flags, text: rest.slice(position) };
    const { word, end } = readFlag(rest, position, escape);
    position = end;
    if (word === '--') return { flags, text: rest.slice(position).trimStart() };
    const equals = word.indexOf('=');
    const name = word.slice(2, equals < 0 ? undefined : equals);
    flags.push({ name, value: equals < 0 ? null : word.slice(equals + 1) });
  }
}

/** Ported from `extractBuilderFlags`. */
function readFlag(text: string, start: number, escape: string): { readonly word: string; readonly end: number } {
  let word = '';
  let quote = '';
  let index = start;
  for (; index < text.length; index++) {
    const character = text.charAt(index);
    if (quote === '' && /\s/.test(character)) break;
    if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
    else if (character === escape) word += text.charAt(++index);
    else word += character;
  }
  return { word, end: index };
}

/** The JSON form is a JSON array of strings; whatever else begins with a bracket is the shell form. */
function parseJsonForm(text: string): readonly string[] | undefined {
  const value = parseJsonArray(text);
  return value?.every((item) => typeof item === 'string') ? value : undefined;
}

/** The items of a JSON array, `undefined` for every other text. */
export function parseJsonArray(text: string): readonly unknown[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? (value as unknown[]) : undefined;
  } catch {
    return undefined;
  }
}
