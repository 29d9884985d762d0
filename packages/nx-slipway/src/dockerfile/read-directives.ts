import { SlipwayError } from '../errors/slipway-error';

/** The parser directives at the head of a Dockerfile, and the escape character that they choose. */
export interface ParserDirectives {
  readonly values: Readonly<Record<string, string>>;
  readonly escape: '\\' | '`';
  /** The line of each, from 1. */
  readonly lines: Readonly<Record<string, number>>;
}

const KNOWN_DIRECTIVES = ['syntax', 'escape', 'check'];

/**
 * Reads `# name=value` lines. They count only before anything else, a comment and an empty line included, and only known names are
 * directives. Rules: `DirectiveParser` (BuildKit v0.34.2, frontend/dockerfile/parser).
 * @throws {SlipwayError} DOCKERFILE_SYNTAX_INVALID for a directive given twice and for an escape that is neither `\` nor a backquote
 */
export function readDirectives(lines: readonly string[], source: string): ParserDirectives {
  const values: Record<string, string> = {};
  const lineNumbers: Record<string, number> = {};
  for (const [index, line] of lines.entries()) {
    const match = /^\s*#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(\S.*)$/.exec(line.trimEnd());
    const name = match?.[1]?.toLowerCase();
    if (!match || !name || !KNOWN_DIRECTIVES.includes(name)) break;
    const invalid = (reason: string): SlipwayError =>
      new SlipwayError('DOCKERFILE_SYNTAX_INVALID', { source, line: index + 1, text: line.trim(), reason });
    if (name in values) throw invalid(`the directive ${name} is given twice`);
    values[name] = match[2] ?? '';
    lineNumbers[name] = index + 1;
    if (name === 'escape' && !['\\', '`'].includes(values[name])) {
      throw invalid('the escape character is either \\ or `');
    }
  }
  return { values, lines: lineNumbers, escape: values['escape'] === '`' ? '`' : '\\' };
}
