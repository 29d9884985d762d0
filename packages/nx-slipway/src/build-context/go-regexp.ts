/** Perl classes as Go's regexp (RE2) has them: ASCII only. */
const PERL_CLASSES: Readonly<Record<string, string>> = { d: '0-9', s: '\\t\\n\\f\\r ', w: '0-9A-Za-z_' };
const CONTROL_CHARACTERS: Readonly<Record<string, string>> = {
  a: '\\x07',
  f: '\\f',
  n: '\\n',
  r: '\\r',
  t: '\\t',
  v: '\\v',
};

/**
 * The JavaScript regular expression that matches what Go's `regexp.Compile(source)` matches, for the sources that ignore patterns
 * give; `undefined` where Go refuses it, or where it uses what no ignore pattern should (named classes, `\Q`, `\p`).
 * Syntax: https://pkg.go.dev/regexp/syntax@go1.22.
 */
export function compileGoRegExp(source: string): RegExp | undefined {
  const characters = Array.from(source);
  let translated = '';
  for (let index = 0; index < characters.length;) {
    const character = characters[index] ?? '';
    const piece =
      character === '['
        ? readClass(characters, index)
        : character === '\\'
          ? readEscape(characters, index, false)
          : { text: isLiteralBrace(characters, index) ? `\\${character}` : translatePlain(character), next: index + 1 };
    if (!piece) return undefined;
    translated += piece.text;
    index = piece.next;
  }
  try {
    return new RegExp(translated, 'u');
  } catch {
    return undefined;
  }
}

interface Piece {
  readonly text: string;
  readonly next: number;
  /** The character that the piece stands for, where it is exactly one: it may then begin or end a range. */
  readonly literal?: string;
}

/** In Go a brace that is no repetition (`{2}`, `{2,}`, `{2,3}`) is itself. */
function isLiteralBrace(characters: readonly string[], index: number): boolean {
  if (characters[index] === '{') return !/^\{\d+(?:,\d*)?\}/.test(characters.slice(index, index + 12).join(''));
  return (
    characters[index] === '}' && !/\{\d+(?:,\d*)?$/.test(characters.slice(Math.max(0, index - 11), index).join(''))
  );
}

/** In Go a dot is anything but a newline, and a bracket that closes nothing is itself. */
function translatePlain(character: string): string {
  if (character === '.') return '[^\\n]';
  return character === ']' ? '\\]' : character;
}

function readClass(characters: readonly string[], start: number): Piece | undefined {
  const negated = characters[start + 1] === '^';
  const first = start + (negated ? 2 : 1);
  let text = negated ? '[^' : '[';
  for (let index = first; index < characters.length;) {
    if (characters[index] === ']' && index > first) return { text: `${text}]`, next: index + 1 };
    const low = readClassItem(characters, index);
    if (!low) return undefined;
    text += low.text;
    index = low.next;
    if (characters[index] !== '-' || characters[index + 1] === ']' || characters[index + 1] === undefined) continue;
    const high = readClassItem(characters, index + 1);
    if (low.literal === undefined || high?.literal === undefined) return undefined;
    if ((low.literal.codePointAt(0) ?? 0) > (high.literal.codePointAt(0) ?? 0)) return undefined;
    text += `-${high.text}`;
    index = high.next;
  }
  return undefined;
}

function readClassItem(characters: readonly string[], index: number): Piece | undefined {
  const character = characters[index];
  if (character === undefined || (character === '[' && characters[index + 1] === ':')) return undefined;
  if (character === '\\') return readEscape(characters, index, true);
  return { text: quoteCharacter(character), next: index + 1, literal: character };
}

function readEscape(characters: readonly string[], index: number, insideClass: boolean): Piece | undefined {
  const character = characters[index + 1];
  if (character === undefined) return undefined;
  const next = index + 2;
  const control = CONTROL_CHARACTERS[character];
  if (control !== undefined) return { text: control, next };
  const members = PERL_CLASSES[character];
  if (members !== undefined) return { text: insideClass ? members : `[${members}]`, next };
  const excluded = PERL_CLASSES[character.toLowerCase()];
  if (excluded !== undefined && !insideClass) return { text: `[^${excluded}]`, next };
  if (!insideClass && (character === 'b' || character === 'B')) return { text: `\\${character}`, next };
  return /[0-9A-Za-z]/.test(character) ? undefined : { text: quoteCharacter(character), next, literal: character };
}

function quoteCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
