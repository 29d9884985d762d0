/**
 * Splits at white space only, as FROM, COPY and ADD do in their shell form: quotes have no meaning for the split.
 * Only ASCII counts: a no-break space is part of a name (`reWhitespace`, BuildKit v0.34.2, frontend/dockerfile/parser).
 */
export function splitAtWhitespace(text: string): string[] {
  return text.split(/[\t\v\f\r ]+/).filter((word) => word !== '');
}

/**
 * Splits at white space outside of quotes, as ARG, ENV and LABEL do. Quotes and escapes stay in the words.
 * Rule: BuildKit's `parseWords` (frontend/dockerfile/parser, v0.34.2).
 */
export function splitQuotedWords(text: string, escape: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (quote === '' && /\s/.test(character)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    word += character;
    if (character === escape && quote !== "'" && index + 1 < text.length) {
      index++;
      word += text.charAt(index);
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
    } else if (character === quote) {
      quote = '';
    }
  }
  if (word !== '') words.push(word);
  return words;
}
