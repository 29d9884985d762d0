import { posix } from 'node:path';
import type { Include } from './c-includes';
import type { FileCollector, TakesEntry } from './file-collector';
import type { CgoHeader } from './go-file-header';
import type { GoFileScanner } from './go-file-scanner';
import { folderOf } from '../../context-path';
import { joinPath, leavesRoot, type LinkedTree } from './linked-tree';

/** What C, C++, Objective-C, Fortran and assembly are read with. */
export interface NativeSources {
  readonly packageFolder: string;
  readonly tree: LinkedTree;
  readonly scanner: GoFileScanner;
  readonly files: FileCollector;
  /** Whether a file of this base name is anywhere in the module. */
  isInModule(baseName: string): boolean;
}

/** Files whose `#include` lines are followed: what compilers and assemblers read, and what is usual for headers. */
const INCLUDING_FILE = /\.(?:c|cc|cpp|cxx|m|mm|h|hh|hpp|hxx|inc|inl|ipp|tcc|def|s|S|sx|f|F|for|f90|swig|swigcxx)$/;

/**
 * Adds what a package that uses cgo or SWIG reads besides its own files: all that is below its folder, all folders and files that its
 * `#cgo` flags name, and what the `#include` lines of all of these lead to elsewhere in the build context. Go files are not read
 * by a C compiler; a root's `vendor/` only where a line names it.
 * Returns why that is not enough, and all of the module has to be taken; `undefined` where it is.
 */
export function addCgoFiles(headers: readonly CgoHeader[], sources: NativeSources): string | undefined {
  const { packageFolder, files } = sources;
  const searched = [packageFolder];
  files.addTree(packageFolder, 'cgo', takesNativeFile(sources.tree));
  for (const flagPath of headers.flatMap(({ flagPaths }) => flagPaths)) {
    const path = joinPath(packageFolder, flagPath);
    if (leavesRoot(path)) continue;
    const target = files.addFile(path);
    if (target.kind !== 'directory') continue;
    files.addTree(path, 'cgo', takesNativeFile(sources.tree));
    searched.push(path);
  }
  const found = headers.flatMap(({ pkgConfig }) => pkgConfig).find((name) => sources.isInModule(`${name}.pc`));
  if (found !== undefined) return `pkg-config reads ${found}.pc`;
  const preambles = headers.map(({ includes }) => ({ folder: packageFolder, includes }));
  return followIncludes(preambles, searched, sources);
}

/** Adds what the assembly and C files of a package without cgo include. Returns as `addCgoFiles`. */
export function addAssemblyIncludes(sources: NativeSources): string | undefined {
  return followIncludes([], [sources.packageFolder], sources);
}

function takesNativeFile(tree: LinkedTree): TakesEntry {
  return (name, isFolder, folder) =>
    isFolder ? !(name === 'vendor' && tree.resolve(joinPath(folder, 'go.mod')).kind === 'file') : !name.endsWith('.go');
}

interface IncludingText {
  readonly folder: string;
  readonly includes: readonly Include[];
}

function followIncludes(
  preambles: readonly IncludingText[],
  searched: readonly string[],
  sources: NativeSources,
): string | undefined {
  const { files, scanner } = sources;
  const scanned = new Set<string>();
  let pending: readonly IncludingText[] = preambles;
  for (;;) {
    for (const { folder, includes } of pending) {
      for (const include of includes) {
        const problem = addIncluded(include, [folder, ...searched], sources);
        if (problem) return problem;
      }
    }
    const added = [...files.files].filter((path) => !scanned.has(path) && INCLUDING_FILE.test(path));
    if (added.length === 0) return undefined;
    for (const path of added) scanned.add(path);
    pending = added.map((path) => ({ folder: folderOf(path), includes: scanner.includesOf(path) }));
  }
}

/** Made by the toolchain, or part of it. */
const TOOLCHAIN_HEADER = /^(?:textflag|funcdata|go_asm|go_tls|asm_[a-z0-9_]+|_cgo_export)\.h$/;

/** Takes the file of every folder in which a compiler may look, and remembers where one would be found if it were there. */
function addIncluded(include: Include, folders: readonly string[], sources: NativeSources): string | undefined {
  const { files, packageFolder } = sources;
  if (include.path === '') return `a macro stands for a file in an #include of ${packageFolder || 'the root package'}`;
  if (include.path.startsWith('/') || TOOLCHAIN_HEADER.test(include.path)) return undefined;
  const candidates = folders.map((folder) => joinPath(folder, include.path)).filter((path) => !leavesRoot(path));
  const found = candidates.filter((path) => files.addFile(path).kind === 'file');
  if (include.quoted) for (const path of candidates) files.globs.add(path);
  if (found.length > 0 || !include.quoted) return undefined;
  const baseName = posix.basename(include.path);
  return sources.isInModule(baseName) ? `where ${include.path} is included from cannot be known` : undefined;
}
