import type { ContextTree } from '../rule-selection';
import type { GoFileScanner } from './go-file-scanner';
import {
  findModuleFolder,
  findWorkspaceFolders,
  listImportFolders,
  readGoModules,
  type GoModuleMode,
  type GoModules,
} from './go-modules';
import { followLinks, type LinkedTree } from './linked-tree';
import { listBaseNames } from './module-files';
import { readGoPackage, type GoPackage } from './read-go-package';

/**
 * What has been read of Go packages, shared by all rules of a plan: a folder is read once for each tree object, however many images
 * take packages from it. It is only as fresh as the trees: make one for each plan.
 */
export interface GoModuleGraph {
  packagesOf(tree: ContextTree, scanner: GoFileScanner): GoPackages;
}

/** The Go packages of one tree. */
export interface GoPackages {
  readonly tree: LinkedTree;
  /** The package in a folder (clean; may lead over links); `undefined` where there is none. */
  packageIn(folder: string): FoundPackage | undefined;
  /** The modules that a package in this folder is built with, given the folder of its module. */
  modulesFor(folder: string, moduleFolder: string, mode: GoModuleMode): GoModules;
  /** What an import leads to. */
  resolveImport(importPath: string, modules: GoModules): ResolvedImport;
}

/** A package, and the links that lead to its folder. */
export interface FoundPackage {
  readonly package: GoPackage;
  readonly links: readonly string[];
}

/** The packages that an import path may mean, and where it would be looked for if there is none. */
export interface ResolvedImport {
  readonly found: readonly FoundPackage[];
  /** Folders of modules in which the package is missing; empty where one is found, or none of the modules can have it. */
  readonly missing: readonly string[];
}

/** Makes an empty graph. */
export function openGoModuleGraph(): GoModuleGraph {
  const byTree = new WeakMap<ContextTree, { readonly scanner: GoFileScanner; readonly packages: GoPackages }>();
  return {
    packagesOf(tree, scanner) {
      const known = byTree.get(tree);
      if (known?.scanner === scanner) return known.packages;
      const packages = openGoPackages(tree, scanner);
      byTree.set(tree, { scanner, packages });
      return packages;
    },
  };
}

function openGoPackages(contextTree: ContextTree, scanner: GoFileScanner): GoPackages {
  const tree = followLinks(contextTree);
  const baseNamesOf = remember((folder: string) => listBaseNames(folder, tree));
  const isInModule = (folder: string, baseName: string) =>
    baseNamesOf(findModuleFolder(folder, tree) ?? folder).has(baseName);
  const packageAt = remember((folder: string) => readGoPackage(folder, { tree, scanner, isInModule }));
  const packageIn = (folder: string): FoundPackage | undefined => {
    const { kind, path, links } = tree.resolve(folder);
    const found = kind === 'directory' ? packageAt(path) : undefined;
    return found && { package: found, links };
  };
  const readModules = remember((key: string) => {
    const [moduleFolder, workspaceFolders, mode] = JSON.parse(key) as [string, string[], GoModuleMode];
    return readGoModules(moduleFolder, workspaceFolders, mode, { tree, read: (path) => contextTree.read(path) });
  });
  const importsOf = remember((modules: GoModules) =>
    remember((importPath: string): ResolvedImport => {
      const { own, vendored } = listImportFolders(importPath, modules, tree);
      const found = [...own, ...vendored].flatMap((folder) => packageIn(folder) ?? []);
      return { found, missing: found.length > 0 ? [] : own };
    }),
  );
  return {
    tree,
    packageIn,
    modulesFor: (folder, moduleFolder, mode) =>
      readModules(JSON.stringify([moduleFolder, findWorkspaceFolders(folder, tree), mode])),
    resolveImport: (importPath, modules) => importsOf(modules)(importPath),
  };
}

function remember<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, { readonly value: Value }>();
  return (key) => {
    const entry = known.get(key) ?? { value: compute(key) };
    known.set(key, entry);
    return entry.value;
  };
}
