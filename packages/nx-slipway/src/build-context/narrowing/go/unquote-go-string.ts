const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * The value of a Go string literal, interpreted (`"…"`) or raw (`` `…` ``), as `strconv.Unquote` of Go 1.22 gives it; `undefined` for any
 * other text. Bytes above 0x7F that are written as `\x` or octal escapes are read as code points: no path needs them.
 */
export function unquoteGoString(literal: string): string | undefined {
  if (/^`[^`]*`$/.test(literal)) return literal.slice(1, -1).replaceAll('\r', '');
  if (!/^"(?:[^"\\\n]|\\.)*"$/.test(literal)) return undefined;
  return literal
    .slice(1, -1)
    .replace(
      /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/g,
      (_, hex?: string, short?: string, long?: string, octal?: string, other?: string): string =>
        (hex ?? short ?? long)
          ? codePoint(parseInt(hex ?? short ?? long ?? '', 16))
          : octal
            ? codePoint(parseInt(octal, 8))
            : (SIMPLE_ESCAPES[other ?? ''] ?? other ?? ''),
    );
}

function codePoint(value: number): string {
  return value <= 0x10ffff ? String.fromCodePoint(value) : '\uFFFD';
}
