import { addAssemblyIncludes, addCgoFiles, type NativeSources } from './add-cgo-files';
import { addEmbeddedFiles } from './add-embedded-files';
import { FileCollector, type ReadSet } from './file-collector';
import type { CgoHeader } from './go-file-header';
import type { GoFileScanner } from './go-file-scanner';
import { joinPath, type LinkedTree } from './linked-tree';

/** One package, as every operating system, architecture and build tag together see it. */
export interface GoPackage {
  /** Relative to the root of the build context, without links. */
  readonly folder: string;
  /** Import paths, sorted; those of the standard library and of other modules too. */
  readonly imports: readonly string[];
  readonly read: ReadSet;
  /** Whether a compiler for something else than Go, or an assembler, has work in it. */
  readonly hasNativeFiles: boolean;
  /** Why all of the package's module has to be taken; `undefined` where it has not. */
  readonly widened?: string;
}

/** Where packages are read. */
export interface GoPackageSource {
  readonly tree: LinkedTree;
  readonly scanner: GoFileScanner;
  /** Whether a file of this base name is anywhere in the module of a folder. */
  isInModule(folder: string, baseName: string): boolean;
}

/** `go list` names a file of these in CFiles … SysoFiles (go/build `matchFile`, Go 1.22), if its name begins with no `_` or `.`. */
const NATIVE_FILE = /\.(?:c|cc|cpp|cxx|m|h|hh|hpp|hxx|f|F|for|f90|s|S|sx|swig|swigcxx|syso)$/;

/**
 * Reads the package in a folder (clean, without links); `undefined` where no Go file but tests is in it. All files count, whatever their
 * names and build constraints say: which of them are built depends on what only the build knows.
 */
export function readGoPackage(folder: string, source: GoPackageSource): GoPackage | undefined {
  const { tree, scanner } = source;
  const names = tree.list(folder).flatMap(({ name, kind }) => (kind === 'directory' ? [] : [name]));
  const goNames = names.filter(isGoFileName);
  if (goNames.length === 0) return undefined;
  const files = new FileCollector(tree);
  const headers = goNames.flatMap((name) => scanner.scan(files.addFile(joinPath(folder, name)).path) ?? []);
  const nativeNames = names.filter(isNativeFileName);
  for (const name of nativeNames) files.addFile(joinPath(folder, name));
  // Read for a main package, `-pgo=auto` (go command, Go 1.21).
  if (headers.some(({ packageName }) => packageName === 'main')) {
    files.addFile(joinPath(folder, 'default.pgo'));
    files.globs.add(joinPath(folder, 'default.pgo'));
  }
  for (const pattern of new Set(headers.flatMap(({ embeds }) => embeds))) {
    addEmbeddedFiles(pattern, folder, tree, files);
  }
  const cgo = headers.flatMap((header) => header.cgo ?? []);
  const widened = addNativeFiles(cgo, nativeNames, {
    packageFolder: folder,
    tree,
    scanner,
    files,
    isInModule: (baseName) => source.isInModule(folder, baseName),
  });
  return {
    folder,
    imports: [...new Set(headers.flatMap(({ imports }) => imports))].sort(),
    read: files,
    hasNativeFiles: nativeNames.length > 0,
    ...(widened && { widened }),
  };
}

function addNativeFiles(
  cgo: readonly CgoHeader[],
  nativeNames: readonly string[],
  sources: NativeSources,
): string | undefined {
  if (cgo.length > 0 || nativeNames.some((name) => /\.swig(?:cxx)?$/.test(name))) return addCgoFiles(cgo, sources);
  return nativeNames.length > 0 ? addAssemblyIncludes(sources) : undefined;
}

/** Whether the go command reads a file when it builds: no test, and not hidden (`go help packages`). */
export function isGoFileName(name: string): boolean {
  return name.endsWith('.go') && !name.endsWith('_test.go') && !/^[._]/.test(name);
}

/** Whether a file beside a package's Go files is compiled, assembled or linked with them. */
export function isNativeFileName(name: string): boolean {
  return NATIVE_FILE.test(name) && !/^[._]/.test(name);
}
