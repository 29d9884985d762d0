/** One instruction, as far as this engine needs to know it. */
export interface Instruction {
  /** Index, from 0, of the line with its keyword. */
  readonly lineIndex: number;
  /** Continuation lines joined by blanks. */
  readonly text: string;
}

const HEREDOC_START = /(?:^|\s)\d*<<-?["']?([A-Za-z_]\w*)["']?/g;

/** The line number, from 1, of the first instruction with a heredoc. */
export function findHeredoc(dockerfile: string): number | undefined {
  const found = listInstructions(dockerfile).find(({ text }) => heredocNamesOf(text).length > 0);
  return found && found.lineIndex + 1;
}

/** The instructions of a Dockerfile in order, comments and heredoc bodies left out. */
export function listInstructions(dockerfile: string): Instruction[] {
  const lines = dockerfile.split('\n');
  const escape = /^(?:\s*#.*\n)*?\s*#\s*escape\s*=\s*`/i.test(dockerfile) ? '`' : '\\';
  const instructions: Instruction[] = [];
  for (let index = 0; index < lines.length; index++) {
    const first = index;
    if (isCommentOrEmpty(lines[index])) continue;
    let text = (lines[index] ?? '').trim();
    while (text.endsWith(escape) && index + 1 < lines.length) {
      const next = lines[++index];
      text = isCommentOrEmpty(next) ? text : `${text.slice(0, -1)} ${(next ?? '').trim()}`;
    }
    for (const name of heredocNamesOf(text)) {
      while (index + 1 < lines.length && lines[++index]?.trim() !== name);
    }
    instructions.push({ lineIndex: first, text });
  }
  return instructions;
}

function heredocNamesOf(text: string): string[] {
  if (!/^(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s/i.test(text)) return [];
  return [...text.matchAll(HEREDOC_START)].map(([, name]) => name ?? '');
}

function isCommentOrEmpty(line: string | undefined): boolean {
  return /^\s*(?:#|$)/.test(line ?? '');
}
