/** Where things stand in a JSON text, or where it stops being JSON. Lines count from 1. */
export type JsonLocations =
  | {
      readonly status: 'valid';
      /** The line of a property or element; of what it would be in where it is not there. */
      readonly lineOf: (path: readonly PropertyKey[]) => number;
      /** The line of a property or element that is there. */
      readonly findLine: (path: readonly PropertyKey[]) => number | undefined;
    }
  | { readonly status: 'invalid'; readonly line: number; readonly reason: string };

const TOKEN = /[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * Locates every property and element of a JSON text: `JSON.parse` tells no positions, and takes a name that stands twice in
 * an object (which is what a careless merge leaves) without a word. Pure.
 */
export function locateJson(text: string): JsonLocations {
  const scanner = new Scanner(text);
  try {
    scanner.readValue([]);
    scanner.expectEnd();
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    return { status: 'invalid', line: scanner.lineAt(error.position), reason: error.reason };
  }
  const { positions } = scanner;
  return {
    status: 'valid',
    lineOf: (path) => scanner.lineAt(nearestPosition(path, positions)),
    findLine: (path) => {
      const position = positions.get(keyOf(path));
      return position === undefined ? undefined : scanner.lineAt(position);
    },
  };
}

/** What is missing stands where its parent stands. */
function nearestPosition(path: readonly PropertyKey[], positions: ReadonlyMap<string, number>): number {
  for (let length = path.length; length > 0; length--) {
    const position = positions.get(keyOf(path.slice(0, length)));
    if (position !== undefined) return position;
  }
  return 0;
}

function keyOf(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}

class Misfit extends Error {
  constructor(
    readonly position: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}

class Scanner {
  readonly positions = new Map<string, number>();
  private position = 0;

  constructor(private readonly text: string) {}

  lineAt(position: number): number {
    return this.text.slice(0, position).split('\n').length;
  }

  readValue(path: readonly string[]): void {
    const token = this.next('a value');
    if (token === '{') this.readMembers(path);
    else if (token === '[') this.readElements(path);
    else if (/^[\]},:]$/.test(token)) this.reject(token, 'a value');
  }

  expectEnd(): void {
    this.skipSpace();
    if (this.position < this.text.length) throw new Misfit(this.position, 'something follows the end');
  }

  private readMembers(path: readonly string[]): void {
    if (this.takeIf('}')) return;
    for (;;) {
      this.skipSpace();
      const start = this.position;
      const token = this.next('a name in quotes');
      if (!token.startsWith('"')) this.reject(token, 'a name in quotes');
      const name = JSON.parse(token) as string;
      const key = keyOf([...path, name]);
      if (this.positions.has(key)) throw new Misfit(start, `"${name}" stands there twice`);
      this.positions.set(key, start);
      this.expect(':');
      this.readValue([...path, name]);
      if (this.takeIf('}')) return;
      this.expect(',', '"," or "}"');
    }
  }

  private readElements(path: readonly string[]): void {
    if (this.takeIf(']')) return;
    for (let index = 0; ; index++) {
      this.skipSpace();
      this.positions.set(keyOf([...path, String(index)]), this.position);
      this.readValue([...path, String(index)]);
      if (this.takeIf(']')) return;
      this.expect(',', '"," or "]"');
    }
  }

  private expect(wanted: string, description = `"${wanted}"`): void {
    const token = this.next(description);
    if (token !== wanted) this.reject(token, description);
  }

  private takeIf(wanted: string): boolean {
    this.skipSpace();
    if (this.text[this.position] !== wanted) return false;
    this.position += 1;
    return true;
  }

  private next(wanted: string): string {
    this.skipSpace();
    TOKEN.lastIndex = this.position;
    const token = TOKEN.exec(this.text)?.[0];
    if (token === undefined) {
      const rest = this.text.slice(this.position).split(/\s/, 1)[0]?.slice(0, 20) ?? '';
      throw new Misfit(this.position, `${rest === '' ? 'it ends' : `"${rest}" stands`} where ${wanted} should be`);
    }
    this.position += token.length;
    return token;
  }

  private reject(token: string, wanted: string): never {
    throw new Misfit(this.position - token.length, `${token} stands where ${wanted} should be`);
  }

  private skipSpace(): void {
    SPACE.lastIndex = this.position;
    this.position += SPACE.exec(this.text)?.[0].length ?? 0;
  }
}
