import type { Dialect } from './dialect';
import { removePrefix, removeSuffix, replaceMatches } from './shell-patterns';

/** What a variable is worth: its value, `null` where it is certainly not set, `undefined` where that cannot be known. */
export type VariableLookup = (name: string) => string | null | undefined;

/** How words are read. */
export interface WordRules {
  readonly dialect: Dialect;
  /** The escape character of the Dockerfile. podman takes `\` in words, whatever that is. */
  readonly escape: string;
}

/** A word with its variables and quotes resolved. */
export interface ExpandedWord {
  readonly text: string;
  /** Whether `text` is certain. */
  readonly resolved: boolean;
  /** Why it is not, as the end of a sentence about it; `null` where it is. */
  readonly doubt: string | null;
  /** Whether the engine itself refuses the word. */
  readonly refused: boolean;
}

/**
 * Resolves variables, quotes and escapes in one word: `$x`, `${x}` and the operators `:-`, `-`, `:+`, `+`, `:?`, `?`, `#`, `##`, `%`, `%%`,
 * `/` and `//`.
 * Rules of `buildkit`: `shell.Lex.ProcessWord` (github.com/moby/buildkit v0.34.2, frontend/dockerfile/shell). Rules of `podman`:
 * `ProcessWord` (github.com/openshift/imagebuilder v1.2.19); v1.2.4 (podman 4.3) is the same without `#`, `%` and `/`.
 */
export function expandVariables(word: string, lookup: VariableLookup, rules: WordRules): ExpandedWord {
  if (!/[$'"\\`]/.test(word)) return { text: word, resolved: true, doubt: null, refused: false };
  return new Expansion(word, lookup, rules).run();
}

/** A reason to stop: the engine refuses the word. */
class Refusal extends Error {}

class Expansion {
  private doubt: string | null = null;
  private position = 0;
  private readonly escape: string;
  private readonly isBuildkit: boolean;

  constructor(
    private readonly word: string,
    private readonly lookup: VariableLookup,
    rules: WordRules,
  ) {
    this.isBuildkit = rules.dialect === 'buildkit';
    this.escape = this.isBuildkit ? rules.escape : '\\';
  }

  run(): ExpandedWord {
    try {
      const text = this.readUntil('').text;
      return { text, resolved: this.doubt === null, doubt: this.doubt, refused: false };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { text: '', resolved: false, doubt: error.message, refused: true };
    }
  }

  /** Reads up to one of the stop characters, which is consumed; up to the end where there are none. */
  private readUntil(stops: string, keepsEscapes = false): { readonly text: string; readonly stop: string } {
    let text = '';
    while (this.position < this.word.length) {
      const character = this.take();
      if (stops.includes(character)) return { text, stop: character };
      if (character === "'") text += this.readSingleQuoted();
      else if (character === '"') text += this.readDoubleQuoted(keepsEscapes);
      else if (character === '$') text += this.readVariable();
      else if (character === this.escape) text += (keepsEscapes && this.isBuildkit ? character : '') + this.take();
      else text += character;
    }
    if (stops !== '') throw new Refusal('a brace is not closed');
    return { text, stop: '' };
  }

  private take(): string {
    return this.word.charAt(this.position++);
  }

  private peek(): string {
    return this.word.charAt(this.position);
  }

  private readSingleQuoted(): string {
    const end = this.word.indexOf("'", this.position);
    if (end < 0) throw new Refusal('a quote is not closed');
    const text = this.word.slice(this.position, end);
    this.position = end + 1;
    return text;
  }

  private readDoubleQuoted(keepsEscapes: boolean): string {
    let text = '';
    while (this.position < this.word.length) {
      const character = this.take();
      if (character === '"') return text;
      if (character === '$') text += this.readVariable();
      else if (character !== this.escape) text += character;
      else if (this.position < this.word.length) {
        const isEscape = ['"', '$', this.escape].includes(this.peek());
        text += isEscape ? (keepsEscapes && this.isBuildkit ? character : '') + this.take() : character;
      }
    }
    throw new Refusal('a quote is not closed');
  }

  private readVariable(): string {
    if (this.peek() !== '{') {
      const name = this.readName();
      return name === '' ? '$' : this.valueOf(name);
    }
    this.position++;
    if (this.isBuildkit && ['', '{', '}', ':'].includes(this.peek())) throw new Refusal('a substitution has no name');
    const name = this.readName();
    const operator = /^(?::[-+?]|[-+?}#%]|\/)/.exec(this.word.slice(this.position, this.position + 2))?.[0];
    if (operator === undefined) throw new Refusal('a substitution has an operator that is not known');
    this.position += operator.length;
    if (operator === '}') return this.valueOf(name);
    if (!this.isBuildkit && ['-', '+', '?'].includes(operator)) {
      throw new Refusal(`podman does not know the operator ${operator} of a substitution`);
    }
    if (operator === '/') return this.replace(name);
    if (operator === '#' || operator === '%') return this.remove(name, operator);
    return this.applyOperator(name, operator, this.readUntil('}').text);
  }

  private readName(): string {
    const rest = this.word.slice(this.position, this.position + MAX_NAME_LENGTH);
    const pattern = this.isBuildkit
      ? /^(?:\p{Nd}+|[@*#?$!-]|[\p{L}_][\p{L}\p{Nd}_]*)/u
      : /^(?:\p{Nd}|[\p{L}_][\p{L}\p{Nd}_]*)/u;
    const name = pattern.exec(rest)?.[0] ?? '';
    this.position += name.length;
    return name;
  }

  private valueOf(name: string): string {
    return this.look(name) ?? '';
  }

  private look(name: string): string | null {
    const value = this.lookup(name);
    if (value === undefined) this.doubt ??= `the value of $${name} is not known`;
    return value ?? null;
  }

  private applyOperator(name: string, operator: string, alternative: string): string {
    const value = this.look(name);
    const isSet = operator.startsWith(':') ? Boolean(value) : value !== null;
    if (operator.endsWith('+')) return isSet ? alternative : '';
    if (isSet) return value ?? '';
    // imagebuilder takes the message for the value.
    if (operator.endsWith('?') && (this.isBuildkit || alternative === '') && this.doubt === null) {
      throw new Refusal(`$${name} must have a value`);
    }
    return alternative;
  }

  private remove(name: string, operator: '#' | '%'): string {
    const isGreedy = !this.isBuildkit && this.peek() === operator;
    if (isGreedy) this.position++;
    const { text } = this.readUntil('}', true);
    const greedy = isGreedy || (this.isBuildkit && text.startsWith(operator));
    const pattern = greedy && this.isBuildkit ? text.slice(1) : text;
    const remove = operator === '#' ? removePrefix : removeSuffix;
    return this.known(remove(this.valueOf(name), pattern, greedy, this.isBuildkit ? 'buildkit' : 'podman'));
  }

  private replace(name: string): string {
    const isAll = this.peek() === '/';
    if (isAll) this.position++;
    const found = this.readUntil(this.isBuildkit ? '/' : '/}', true);
    const replacement = found.stop === '/' ? this.readUntil('}', true).text : '';
    const dialect = this.isBuildkit ? 'buildkit' : 'podman';
    return this.known(replaceMatches(this.valueOf(name), found.text, replacement, isAll, dialect));
  }

  private known(text: string | undefined): string {
    if (text === undefined) this.doubt ??= 'a pattern in a substitution is not understood';
    return text ?? '';
  }
}

/** No name is longer: it keeps the time linear in a file that is one word. */
const MAX_NAME_LENGTH = 4_096;
