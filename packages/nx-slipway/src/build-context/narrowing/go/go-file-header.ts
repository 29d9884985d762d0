import { listIncludes, readCgoFlags, type CgoFlags, type Include } from './c-includes';
import { readEmbedPatterns } from './read-embed-patterns';
import { unquoteGoString } from './unquote-go-string';

/** What a Go file says about other files. */
export interface GoFileHeader {
  /** `''` where the package clause cannot be read: such a file is built by nothing that succeeds. */
  readonly packageName: string;
  /** Import paths as written, without `C`; sorted, each once. */
  readonly imports: readonly string[];
  /** Patterns of `//go:embed`, as written (`all:` included); empty unless the file imports `embed`, without which Go refuses them. */
  readonly embeds: readonly string[];
  /** What the comments before `import "C"` say; `undefined` where the file does not import it. */
  readonly cgo?: CgoHeader;
}

/** The part of a header that cgo reads. */
export interface CgoHeader extends CgoFlags {
  readonly includes: readonly Include[];
}

/**
 * Reads the header of a Go file: package clause and import declarations (Go specification 1.22, "Source file organization"), whatever
 * its build constraints say. Reading stops at the first declaration that is no import. Of a file with a syntax error there,
 * what stands before the error is returned.
 */
export function parseGoFileHeader(text: string): GoFileHeader {
  const lexer = new HeaderLexer(text);
  const packageName = readPackageClause(lexer);
  const paths = new Set(packageName === '' ? [] : readImports(lexer));
  const usesCgo = paths.delete('C');
  return {
    packageName,
    imports: [...paths].sort(),
    embeds: paths.has('embed') ? readEmbedPatterns(text) : [],
    ...(usesCgo && { cgo: { ...readCgoFlags(lexer.comments), includes: listIncludes(lexer.comments) } }),
  };
}

function readPackageClause(lexer: HeaderLexer): string {
  return lexer.next() === 'package' ? lexer.next() : '';
}

function readImports(lexer: HeaderLexer): string[] {
  const paths: string[] = [];
  for (let token = lexer.next(); token === 'import'; token = lexer.next()) {
    const first = lexer.next();
    if (first !== '(') {
      paths.push(...readImportSpec(lexer, first));
      continue;
    }
    for (let spec = lexer.next(); spec !== ')' && spec !== ''; spec = lexer.next()) {
      paths.push(...readImportSpec(lexer, spec));
    }
  }
  return paths;
}

/** An import spec is a path, or a name, `.` or `_` and a path. */
function readImportSpec(lexer: HeaderLexer, first: string): readonly string[] {
  const path = unquoteGoString(isString(first) ? first : lexer.next());
  return path === undefined ? [] : [path];
}

function isString(token: string): boolean {
  return token.startsWith('"') || token.startsWith('`');
}

/**
 * Whitespace, comments, and the tokens that occur in a header: words, strings, and single characters. Semicolons count as whitespace:
 * in a header they say nothing that the other tokens do not say.
 */
const TOKEN =
  /(?<space>[\s;\uFEFF]+)|\/\/(?<line>[^\n]*)|\/\*(?<block>[^]*?)\*\/|(?<token>[\p{L}_][\p{L}\p{Nd}_]*|"(?:[^"\\\n]|\\.)*"|`[^`]*`|[^])/uy;

class HeaderLexer {
  /** Text of all comments that were passed, without their marks. */
  comments = '';
  private position = 0;

  constructor(private readonly text: string) {}

  /** The next token; `''` at the end of the file. */
  next(): string {
    for (let match = this.match(); match; match = this.match()) {
      const { line, block, token } = match.groups ?? {};
      if (token !== undefined) return token;
      if (line !== undefined || block !== undefined) this.comments += `${line ?? block}\n`;
    }
    return '';
  }

  private match(): RegExpExecArray | null {
    TOKEN.lastIndex = this.position;
    const match = TOKEN.exec(this.text);
    if (match) this.position = TOKEN.lastIndex;
    return match;
  }
}
