import type { ContextTree } from '../rule-selection';
import { parseGoModFile, type GoModFile } from './go-mod-file';
import { folderOf } from '../../context-path';
import { joinPath, leavesRoot, listFoldersUp, type LinkedTree, type ResolvedPath } from './linked-tree';

/**
 * What a build takes modules from. `auto`: the go command's own rule, `vendor/` if it is there and the module is of Go 1.14 or later;
 * `vendor`: always `vendor/` (`-mod=vendor`); `module`: never (`-mod=mod`, `-mod=readonly`); `unknown`: the build does both.
 */
export type GoModuleMode = 'auto' | 'vendor' | 'module' | 'unknown';

/** The modules that a build of one package may take packages from, in whatever folder the go command runs. */
export interface GoModules {
  /** Folders of modules with the import path that each answers to. */
  readonly modules: readonly GoModuleFolder[];
  /** Folders `vendor` that are read; an import path is a path in them. */
  readonly vendorFolders: readonly string[];
  /** `go.mod`, `go.sum`, `go.work`, `go.work.sum` and `vendor/modules.txt`, with links on the way. */
  readonly files: ReadonlySet<string>;
  /** As `files`, also those that do not exist. */
  readonly globs: ReadonlySet<string>;
  /** Why all of the build context has to be taken; `undefined` where it has not. */
  readonly widened?: string;
}

/** A module that is read from a folder of the build context. */
export interface GoModuleFolder {
  readonly folder: string;
  readonly importPath: string;
}

/** The folder of the nearest go.mod at or above a folder; `undefined` where there is none. */
export function findModuleFolder(folder: string, tree: LinkedTree): string | undefined {
  return listFoldersUp(folder).find((candidate) => isModule(candidate, tree));
}

/** The folders of the go.work files at or above a folder, nearest first. */
export function findWorkspaceFolders(folder: string, tree: LinkedTree): readonly string[] {
  return listFoldersUp(folder).filter((candidate) => tree.resolve(joinPath(candidate, 'go.work')).kind === 'file');
}

/** Whether a folder has a go.mod of its own. */
export function isModule(folder: string, tree: LinkedTree): boolean {
  return tree.resolve(joinPath(folder, 'go.mod')).kind === 'file';
}

/** Where modules are read. */
export interface GoModuleSource {
  readonly tree: LinkedTree;
  readonly read: ContextTree['read'];
}

/**
 * Reads the modules of a module's folder and of the workspaces (folders of go.work files) that it may be built in. With a workspace
 * both are taken: whether the build sets `GOWORK=off` is not known. `replace` counts for every version (Go modules reference, Go 1.22).
 */
export function readGoModules(
  moduleFolder: string,
  workspaceFolders: readonly string[],
  mode: GoModuleMode,
  source: GoModuleSource,
): GoModules {
  const reader = new ModuleReader(source);
  const main = reader.addMainModule(moduleFolder);
  const workspaces = workspaceFolders.map((folder) => reader.addWorkspace(folder));
  const builds = [
    { folder: moduleFolder, file: main, replaced: [{ folder: moduleFolder, file: main }], isWorkspace: false },
    ...workspaces.map((workspace) => ({ ...workspace, isWorkspace: true })),
  ];
  const vendored = builds.map((build) => reader.addVendor(build.folder, build.file, build.isWorkspace, mode));
  // A build that reads vendor/ does not read what is replaced; what only another build reads is taken nevertheless.
  if (!vendored.every(({ instead }) => instead)) {
    for (const { folder, file } of builds.flatMap(({ replaced }) => replaced)) reader.addReplacements(folder, file);
  }
  return reader;
}

interface ReadModFile {
  readonly folder: string;
  readonly file: GoModFile;
}

class ModuleReader implements GoModules {
  readonly modules: GoModuleFolder[] = [];
  readonly vendorFolders: string[] = [];
  readonly files = new Set<string>();
  readonly globs = new Set<string>();
  widened?: string;

  constructor(private readonly source: GoModuleSource) {}

  addMainModule(folder: string): GoModFile {
    const file = this.addModFiles(folder);
    this.addModule(folder, file.modulePath);
    return file;
  }

  addWorkspace(folder: string): ReadModFile & { readonly replaced: readonly ReadModFile[] } {
    const file = this.addParsed(joinPath(folder, 'go.work'));
    this.addFile(joinPath(folder, 'go.work.sum'));
    const used = file.uses.flatMap((use) => {
      const usedFolder = this.resolveFolder(folder, use, 'go.work');
      return usedFolder === undefined ? [] : [{ folder: usedFolder, file: this.addMainModule(usedFolder) }];
    });
    return { folder, file, replaced: [{ folder, file }, ...used] };
  }

  addReplacements(folder: string, { localReplacements }: GoModFile): void {
    for (const { modulePath, folder: written } of localReplacements) {
      const target = this.resolveFolder(folder, written, 'go.mod');
      if (target === undefined) continue;
      this.addModFiles(target);
      this.addModule(target, modulePath);
    }
  }

  /** Adds `vendor/modules.txt` where it is read. `instead`: in that build certainly nothing but it and the main modules is. */
  addVendor(
    folder: string,
    { goVersion }: GoModFile,
    isWorkspace: boolean,
    mode: GoModuleMode,
  ): { readonly instead: boolean } {
    const list = joinPath(folder, 'vendor/modules.txt');
    const text = mode === 'module' ? undefined : this.readFile(list);
    if (text === undefined) return { instead: false };
    // The first line of a workspace's list begins so (go work vendor, Go 1.22); neither kind of build takes the other's.
    const fits = text.startsWith('## workspace') === isWorkspace;
    const isOld = goVersion !== undefined && (goVersion[0] < 1 || (goVersion[0] === 1 && goVersion[1] < 14));
    if (mode === 'auto' && (!fits || isOld)) return { instead: false };
    this.addFile(list);
    this.vendorFolders.push(joinPath(folder, 'vendor'));
    // Go 1.14 and 1.15 do not read vendor/ by themselves where go.mod has no go line, later ones do.
    return { instead: mode === 'vendor' || (mode === 'auto' && goVersion !== undefined) };
  }

  private addModFiles(folder: string): GoModFile {
    this.addFile(joinPath(folder, 'go.sum'));
    return this.addParsed(joinPath(folder, 'go.mod'));
  }

  private addParsed(path: string): GoModFile {
    this.addFile(path);
    return parseGoModFile(this.readFile(path) ?? '');
  }

  private addModule(folder: string, importPath: string): void {
    const known = this.modules.some((module) => module.folder === folder && module.importPath === importPath);
    if (importPath !== '' && !known) this.modules.push({ folder, importPath });
  }

  private addFile(path: string): void {
    const target = this.follow(path);
    this.globs.add(path);
    if (target.kind === 'file') this.files.add(target.path);
  }

  private readFile(path: string): string | undefined {
    const target = this.source.tree.resolve(path);
    return target.kind === 'file' ? this.source.read(target.path) : undefined;
  }

  private follow(path: string): ResolvedPath {
    const target = this.source.tree.resolve(path);
    for (const link of target.links) this.files.add(link);
    if (target.kind === 'unknown') this.widened ??= `where the link ${target.path} leads is not known`;
    return target;
  }

  /** A folder outside of the build context is no folder of it: the build does without, or fails as it would anyway. */
  private resolveFolder(from: string, written: string, fileName: string): string | undefined {
    if (written.startsWith('/')) {
      const file = joinPath(from, fileName);
      this.widened ??= `which folder of the build context ${written} of ${file} is cannot be known`;
      return undefined;
    }
    const folder = joinPath(from, written);
    return leavesRoot(folder) ? undefined : folder;
  }
}

/**
 * The folders in which a package of an import path may be, as the modules say; they need not exist. The part of a folder below the
 * module must not enter another module (`dirInModule` of cmd/go/internal/modload, Go 1.22).
 */
export function listImportFolders(
  importPath: string,
  modules: GoModules,
  tree: LinkedTree,
): { readonly own: readonly string[]; readonly vendored: readonly string[] } {
  const own = modules.modules.flatMap(({ folder, importPath: prefix }) => {
    if (importPath !== prefix && !importPath.startsWith(`${prefix}/`)) return [];
    const target = joinPath(folder, importPath.slice(prefix.length + 1));
    return entersOtherModule(target, folder, tree) ? [] : [target];
  });
  const vendored = modules.vendorFolders.map((folder) => joinPath(folder, importPath));
  return { own: [...new Set(own)], vendored };
}

function entersOtherModule(folder: string, moduleFolder: string, tree: LinkedTree): boolean {
  for (let current = folder; current !== moduleFolder && current !== ''; current = folderOf(current)) {
    if (isModule(current, tree)) return true;
  }
  return false;
}
