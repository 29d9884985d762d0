/** One `#include`, `#import`, `#embed`, `.include` or `.incbin`. */
export interface Include {
  /** The path as written; `''` where a macro stands for it. */
  readonly path: string;
  /** Between quotes: looked for beside the file first. Else between `<` and `>`: in the include folders only. */
  readonly quoted: boolean;
}

/** What the `#cgo` lines of a Go file name. */
export interface CgoFlags {
  /** Words of the flags that may hold a path, `${SRCDIR}` replaced by `.`: relative to the folder of the package. */
  readonly flagPaths: readonly string[];
  /** Arguments of `#cgo pkg-config:`, without flags. */
  readonly pkgConfig: readonly string[];
}

const INCLUDE =
  /^[^\S\n]*(?:#[^\S\n]*(?:include_next|include|import|embed)|\.include|\.incbin)\b[^\S\n]*(?:"([^"\n]+)"|<([^>\n]+)>|([^\s"<][^\n]*))/gm;
const CGO_LINE = /^[^\S\n]*#cgo[^\S\n]+([^\n]*)/gm;
/** `-Ipath`, `-isystem path`, `-Wl,-rpath,path`, `--sysroot=path`: what stands before a path in a flag. */
const BEFORE_PATH = /^(?:-{1,2}[A-Za-z][\w-]*[=,]|-(?:isystem|iquote|idirafter|include|imacros|[ILFB]))/;

/** What a C, C++, Objective-C, Fortran or assembly text includes, comments and inactive branches too; in the order of the text. */
export function listIncludes(text: string): readonly Include[] {
  if (!/include|import|embed|incbin/.test(text)) return [];
  return [...text.matchAll(INCLUDE)].map(([, quoted, angled]) => ({
    path: quoted ?? angled ?? '',
    quoted: angled === undefined,
  }));
}

/** Reads the `#cgo` lines of the comments of a Go file (cmd/cgo, Go 1.22), for all systems. */
export function readCgoFlags(comments: string): CgoFlags {
  const flagPaths = new Set<string>();
  const pkgConfig = new Set<string>();
  for (const [, line = ''] of comments.matchAll(CGO_LINE)) {
    const [before = '', ...after] = line.split(':');
    const words = splitFlags(after.join(':'));
    if (/\bpkg-config\s*$/.test(before)) {
      for (const word of words) if (!word.startsWith('-')) pkgConfig.add(word);
    } else {
      for (const word of words) for (const path of listFlagPaths(word)) flagPaths.add(path);
    }
  }
  return { flagPaths: [...flagPaths], pkgConfig: [...pkgConfig] };
}

function splitFlags(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"'\\]|\\.|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replace(/["'\\]/g, ''));
}

/** What of a flag may be a path: the flag without what stands before a path, again and again. */
function listFlagPaths(flag: string): string[] {
  const text = flag.replaceAll('${SRCDIR}', '.');
  const rest = text.replace(BEFORE_PATH, '');
  if (rest !== text) return listFlagPaths(rest);
  return text === '' || text.startsWith('-') || text.startsWith('/') ? [] : [text];
}
