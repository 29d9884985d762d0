/** What a variable is worth: its value, `null` where it is certainly not set, `undefined` where that cannot be known. */
export type VariableLookup = (name: string) => string | null | undefined;

/** A word with its variables and quotes resolved. */
export interface ExpandedWord {
  readonly text: string;
  /** Whether `text` is certain. It is not where a variable is unknown, a quote is open or an operator is not understood. */
  readonly resolved: boolean;
}

/**
 * Resolves variables, quotes and escapes in one word: `$x`, `${x}`, `${x:-y}`, `${x-y}`, `${x:+y}`, `${x+y}`, `${x:?}` and `${x?}`.
 * Rules: BuildKit's `shell.Lex.ProcessWord` (frontend/dockerfile/shell, v0.12); its pattern operators (`#`, `%`, `/`) are not resolved.
 */
export function expandVariables(word: string, lookup: VariableLookup, escape: string): ExpandedWord {
  const expansion = new Expansion(word, lookup, escape);
  return { text: expansion.readUntil(''), resolved: expansion.resolved };
}

class Expansion {
  resolved = true;
  private position = 0;

  constructor(
    private readonly word: string,
    private readonly lookup: VariableLookup,
    private readonly escape: string,
  ) {}

  /** Reads up to the stop character, which is consumed; up to the end where it is empty. */
  readUntil(stop: string): string {
    let text = '';
    while (this.position < this.word.length) {
      const character = this.take();
      if (character === stop) return text;
      if (character === "'") text += this.readSingleQuoted();
      else if (character === '"') text += this.readDoubleQuoted();
      else if (character === '$') text += this.readVariable();
      else if (character === this.escape) text += this.take();
      else text += character;
    }
    if (stop !== '') this.resolved = false;
    return text;
  }

  private take(): string {
    return this.word.charAt(this.position++);
  }

  private peek(): string {
    return this.word.charAt(this.position);
  }

  private readSingleQuoted(): string {
    const end = this.word.indexOf("'", this.position);
    if (end < 0) this.resolved = false;
    const text = this.word.slice(this.position, end < 0 ? undefined : end);
    this.position = end < 0 ? this.word.length : end + 1;
    return text;
  }

  private readDoubleQuoted(): string {
    let text = '';
    while (this.position < this.word.length) {
      const character = this.take();
      if (character === '"') return text;
      if (character === '$') text += this.readVariable();
      else if (character === this.escape && ['"', '$', this.escape].includes(this.peek())) text += this.take();
      else text += character;
    }
    this.resolved = false;
    return text;
  }

  private readVariable(): string {
    if (this.peek() !== '{') {
      const name = this.readName();
      return name === '' ? '$' : this.valueOf(name);
    }
    this.position++;
    const name = this.readName();
    const operator = /^(?::[-+?]|[-+?}])/.exec(this.word.slice(this.position))?.[0];
    if (name === '' || operator === undefined) return this.giveUp();
    this.position += operator.length;
    if (operator === '}') return this.valueOf(name);
    return this.applyOperator(name, operator, this.readUntil('}'));
  }

  private readName(): string {
    const name = /^(?:[A-Za-z_]\w*|\d+)/.exec(this.word.slice(this.position))?.[0] ?? '';
    this.position += name.length;
    return name;
  }

  private valueOf(name: string): string {
    const value = this.lookup(name);
    if (value === undefined) this.resolved = false;
    return value ?? '';
  }

  private applyOperator(name: string, operator: string, alternative: string): string {
    const value = this.lookup(name);
    if (value === undefined) this.resolved = false;
    const isSet = operator.startsWith(':') ? Boolean(value) : typeof value === 'string';
    if (operator.endsWith('+')) return isSet ? alternative : '';
    if (isSet) return value ?? '';
    if (operator.endsWith('?')) this.resolved = false;
    return alternative;
  }

  private giveUp(): string {
    this.resolved = false;
    this.position = this.word.length;
    return '';
  }
}
