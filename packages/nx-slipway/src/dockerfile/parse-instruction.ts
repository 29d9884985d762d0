import type { LogicalLine } from './logical-lines';
import type { DockerfileFlag, DockerfileInstruction } from './parsed-dockerfile';

const TAKES_FLAGS = ['ADD', 'COPY', 'FROM', 'HEALTHCHECK', 'RUN'];
const TAKES_JSON = ['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'RUN', 'SHELL', 'VOLUME'];

/** Takes one logical line apart: keyword, flags, text, JSON form. Judges nothing. */
export function parseInstruction(line: LogicalLine): DockerfileInstruction {
  const [, word = '', rest = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(line.text) ?? [];
  const keyword = word.toUpperCase();
  const { flags, text } = TAKES_FLAGS.includes(keyword) ? takeFlags(rest) : { flags: [], text: rest };
  const json = TAKES_JSON.includes(keyword) ? parseJsonForm(text) : undefined;
  return {
    keyword,
    line: line.line,
    endLine: line.endLine,
    flags,
    text,
    heredocs: line.heredocs,
    ...(json === undefined ? {} : { json }),
    ...(keyword === 'ONBUILD' && rest !== '' ? { trigger: parseInstruction({ ...line, text: rest }) } : {}),
  };
}

/** Flags stand first. `--` alone ends them. */
function takeFlags(rest: string): { readonly flags: readonly DockerfileFlag[]; readonly text: string } {
  const flags: DockerfileFlag[] = [];
  let text = rest;
  for (;;) {
    const match = /^--(?:([A-Za-z][\w-]*)(?:=((?:"[^"]*"|'[^']*'|\S)*))?)?(?:\s+|$)/.exec(text);
    if (!match) return { flags, text };
    text = text.slice(match[0].length);
    if (match[1] === undefined) return { flags, text };
    flags.push({ name: match[1], value: match[2] ?? null });
  }
}

/** The JSON form is a JSON array of strings; whatever else begins with a bracket is the shell form. */
function parseJsonForm(text: string): readonly string[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
