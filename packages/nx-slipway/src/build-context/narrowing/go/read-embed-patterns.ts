import { unquoteGoString } from './unquote-go-string';

const DIRECTIVE = /^[^\S\n]*\/\/go:embed[^\S\n]+([^\n]*)/gm;
const ARGUMENT = /"(?:[^"\\]|\\.)*"|`[^`]*`|\S+/g;

/**
 * The patterns of all `//go:embed` lines of a Go file's text, sorted, each once. Also of lines in a comment or a raw string, where
 * they mean nothing: then more is selected than is read. Grammar: `parseGoEmbed` of `go/build`, Go 1.22.
 */
export function readEmbedPatterns(text: string): readonly string[] {
  if (!text.includes('//go:embed')) return [];
  const patterns = [...text.matchAll(DIRECTIVE)].flatMap(([, rest = '']) =>
    [...rest.matchAll(ARGUMENT)].map(([argument]) => unquoteGoString(argument) ?? argument),
  );
  return [...new Set(patterns)].sort();
}
