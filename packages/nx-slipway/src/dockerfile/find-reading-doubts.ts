import type { LogicalLine } from './logical-line';
import type { ReadingDoubt } from './parsed-dockerfile';
import type { ParserDirectives } from './read-directives';

/** Frontends that read a file as BuildKit's own does: docker/dockerfile, its channels and copies of it in another registry. */
const DOCKERFILE_FRONTEND =
  /(?:^|\/)docker(?:file)?\/dockerfile(?:-upstream)?(?:[:@]|$)|(?:^|\/)dockerfile(?:-upstream)?(?:[:@]|$)/;

/**
 * Finds where engines take a Dockerfile apart in different ways:
 * - a `syntax` directive that names another frontend: BuildKit leaves the whole file to it;
 * - an `escape` directive that is not the first: imagebuilder (v1.2.4 to v1.2.19) stops looking at the first other one;
 * - a line that ends in two escape characters: imagebuilder continues it, BuildKit (v0.34.2) does not.
 */
export function findReadingDoubts(
  lines: readonly string[],
  { values, lines: lineOf, escape }: ParserDirectives,
  logicalLines: readonly LogicalLine[],
): ReadingDoubt[] {
  const doubts: ReadingDoubt[] = [];
  const syntax = values['syntax']?.split(' ')[0];
  if (syntax !== undefined && !DOCKERFILE_FRONTEND.test(syntax)) {
    doubts.push({ line: lineOf['syntax'] ?? 1, engine: 'podman', what: `the frontend ${syntax}` });
  }
  if (escape === '`' && lineOf['escape'] !== 1) {
    doubts.push({
      line: lineOf['escape'] ?? 1,
      engine: 'buildkit',
      what: 'an escape directive that is not on the first line',
    });
  }
  for (const { line, endLine, heredocs } of logicalLines) {
    const end = endLine - heredocs.reduce((sum, { content }) => sum + content.split('\n').length + 1, 0);
    for (let index = line - 1; index < end; index++) {
      const text = (lines[index] ?? '').trimEnd();
      if (!text.endsWith(escape + escape) || text.trimStart().startsWith('#')) continue;
      doubts.push({ line: index + 1, engine: 'buildkit', what: 'a line that ends in two escape characters' });
    }
  }
  return doubts;
}
