import { SlipwayError } from '../errors/slipway-error';
import { expandVariables } from './expand-variables';
import { parseInstruction } from './parse-instruction';
import type { LogicalLine } from './logical-line';
import type { Heredoc } from './parsed-dockerfile';
import { splitQuotedWords } from './split-words';

/** Only these take heredocs; in every other instruction `<<` is text. */
const TAKES_HEREDOCS = ['ADD', 'COPY', 'RUN'];

/**
 * Joins the lines of a Dockerfile into instructions. Comments and empty lines are dropped, between continuation lines too.
 * Rules: `parser.Parse` (BuildKit v0.34.2, frontend/dockerfile/parser).
 * @throws {SlipwayError} DOCKERFILE_SYNTAX_INVALID for a heredoc without its end
 */
export function joinLogicalLines(lines: readonly string[], escape: string, source: string): LogicalLine[] {
  const joined: LogicalLine[] = [];
  for (let next = 0; next < lines.length;) {
    const first = next;
    const start = (lines[next++] ?? '').trimStart();
    if (start === '' || start.startsWith('#')) continue;
    let part = takeContinuation(start, escape);
    const parts = [part.text];
    while (part.continues && next < lines.length) {
      const line = lines[next++] ?? '';
      if (isCommentOrEmpty(line)) continue;
      part = takeContinuation(line, escape);
      parts.push(part.text);
    }
    const text = parts.join('').trim();
    if (text === '') continue;
    const heredocs: Heredoc[] = [];
    for (const heredocStart of heredocStarts(text, escape)) {
      const body = readHeredoc(lines, next, heredocStart);
      if (!body) {
        const reason = `the heredoc ${heredocStart.name} has no end`;
        throw new SlipwayError('DOCKERFILE_SYNTAX_INVALID', {
          source,
          line: first + 1,
          text: text.slice(0, 120),
          reason,
        });
      }
      heredocs.push(body.heredoc);
      next = body.next;
    }
    joined.push({ text, line: first + 1, endLine: next, heredocs });
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
  const text = line.trimStart();
  return text === '' || text.startsWith('#');
}

/** A line goes on where it ends in one escape character (not two), with blanks after it or not. */
function takeContinuation(line: string, escape: string): { readonly text: string; readonly continues: boolean } {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end--;
  const continues = end > 0 && line[end - 1] === escape && (end === 1 || line[end - 2] !== escape);
  return { text: continues ? line.slice(0, end - 1) : line, continues };
}

/** Every word in the line counts, also one in the middle of a shell command; a JSON form has none, and neither has a line that cannot be split. */
function heredocStarts(text: string, escape: string): HeredocStart[] {
  if (!text.includes('<<')) return [];
  const parsed = parseInstruction({ text, line: 0, endLine: 0, heredocs: [] }, escape);
  const instruction = parsed.trigger ?? parsed;
  if (!TAKES_HEREDOCS.includes(instruction.keyword) || instruction.json) return [];
  const isSplit = !expandVariables(text, () => 'set', { dialect: 'buildkit', escape: '\\' }).refused;
  return isSplit ? splitQuotedWords(text, '\\').flatMap((word) => parseHeredocStart(word) ?? []) : [];
}

/** Rule: `heredocFromMatch` (BuildKit v0.34.2): a quote anywhere in the name keeps the body as it is. */
function parseHeredocStart(word: string): HeredocStart | undefined {
  const match = /^\d*<<(-?)([^<]+)$/.exec(word);
  const written = match?.[2]?.trimStart();
  if (!match || !written) return undefined;
  const name = written.replace(/\\([\s\S])|["']/g, '$1');
  return name === '' ? undefined : { name, stripTabs: match[1] === '-', expand: !/["']/.test(written) };
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
