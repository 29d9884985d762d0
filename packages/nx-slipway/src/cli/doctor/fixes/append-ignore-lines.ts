/**
 * An ignore file's text with lines at its end, those left out that it has already. Last lines win over exceptions before them. Line ends as
 * in the text. Pure.
 */
export function appendIgnoreLines(text: string, lines: readonly string[]): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const present = new Set(text.split(/\r?\n/).map((line) => line.trim()));
  const missing = lines.filter((line) => !present.has(line));
  if (missing.length === 0) return text;
  const start = text === '' || text.endsWith('\n') ? text : `${text}${eol}`;
  return start + missing.map((line) => `${line}${eol}`).join('');
}
