import { SlipwayError } from '../errors/slipway-error';
import type { Heredoc } from './parsed-dockerfile';
import { splitQuotedWords } from './split-words';

/** One instruction's text: continuation lines joined, heredocs taken out of the lines that follow. */
export interface LogicalLine {
  readonly text: string;
  readonly line: number;
  readonly endLine: number;
  readonly heredocs: readonly Heredoc[];
}

/** Only these take heredocs; in every other instruction `<<` is text. */
const TAKES_HEREDOCS = /^(?:ONBUILD\s+)?(?:ADD|COPY|RUN)\s/i;

/**
 * Joins the lines of a Dockerfile into instructions. Comments and empty lines are dropped, between continuation lines too.
 * Rules: BuildKit's `parser.Parse` (frontend/dockerfile/parser, v0.12).
 * @throws {SlipwayError} DOCKERFILE_SYNTAX_INVALID for a heredoc without its end
 */
export function joinLogicalLines(lines: readonly string[], escape: string, source: string): LogicalLine[] {
  const joined: LogicalLine[] = [];
  for (let next = 0; next < lines.length;) {
    const first = next;
    let text = (lines[next++] ?? '').trimStart();
    if (text === '' || text.startsWith('#')) continue;
    let part = takeContinuation(text, escape);
    text = part.text;
    while (part.continues && next < lines.length) {
      const line = lines[next++] ?? '';
      if (isCommentOrEmpty(line)) continue;
      part = takeContinuation(line, escape);
      text += part.text;
    }
    if (text.trim() === '') continue;
    const heredocs: Heredoc[] = [];
    for (const start of heredocStarts(text, escape)) {
      const body = readHeredoc(lines, next, start);
      if (!body) {
        const reason = `the heredoc ${start.name} has no end`;
        throw new SlipwayError('DOCKERFILE_SYNTAX_INVALID', { source, line: first + 1, text: text.trim(), reason });
      }
      heredocs.push(body.heredoc);
      next = body.next;
    }
    joined.push({ text: text.trimEnd(), line: first + 1, endLine: next, heredocs });
  }
  return joined;
}

/** The name of a heredoc that a word begins, e.g. `<<-"EOF"`, else `undefined`. */
export function heredocNameOf(word: string): string | undefined {
  return parseHeredocStart(word)?.name;
}

interface HeredocStart {
  readonly name: string;
  readonly stripTabs: boolean;
  readonly expand: boolean;
}

function isCommentOrEmpty(line: string): boolean {
  const text = line.trim();
  return text === '' || text.startsWith('#');
}

/** A line goes on where it ends in one escape character (not two), with blanks after it or not. */
function takeContinuation(line: string, escape: string): { readonly text: string; readonly continues: boolean } {
  const end = line.replace(/[ \t]+$/, '');
  const continues = end.endsWith(escape) && !end.endsWith(escape + escape);
  return { text: continues ? end.slice(0, -1) : line, continues };
}

function heredocStarts(text: string, escape: string): HeredocStart[] {
  if (!TAKES_HEREDOCS.test(text)) return [];
  return splitQuotedWords(text, escape).flatMap((word) => parseHeredocStart(word) ?? []);
}

function parseHeredocStart(word: string): HeredocStart | undefined {
  const match = /^\d*<<(-?)([^<\s]+)$/.exec(word);
  const written = match?.[2];
  if (!match || !written) return undefined;
  const name = written.replace(/["']/g, '');
  return name === '' ? undefined : { name, stripTabs: match[1] === '-', expand: name === written };
}

function readHeredoc(
  lines: readonly string[],
  from: number,
  start: HeredocStart,
): { readonly heredoc: Heredoc; readonly next: number } | undefined {
  const content: string[] = [];
  for (let next = from; next < lines.length; next++) {
    const line = lines[next] ?? '';
    const text = start.stripTabs ? line.replace(/^\t+/, '') : line;
    if (text === start.name) {
      return { heredoc: { name: start.name, content: content.join('\n'), expand: start.expand }, next: next + 1 };
    }
    content.push(text);
  }
  return undefined;
}
