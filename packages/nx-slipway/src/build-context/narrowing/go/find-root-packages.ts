import { SlipwayError } from '../../../errors/slipway-error';
import type { FoundPackage, GoPackages } from './go-module-graph';
import { findModuleFolder, findWorkspaceFolders, isModule, type GoModuleMode, type GoModules } from './go-modules';
import { folderOf } from '../../context-path';
import { cleanPath, joinPath, leavesRoot, type LinkedTree } from './linked-tree';

/** A package that a rule names, with the modules that it is built with. */
export interface RootPackage extends FoundPackage {
  readonly modules: GoModules;
}

/**
 * The packages that `go:<pattern>` names, sorted by folder. A pattern is a folder relative to the root of the build context,
 * `./cmd/web`, or has `...` in it, which stands for any text (`go help packages`, Go 1.22): `./cmd/...` is `./cmd` and all below it, but
 * `vendor`, `testdata`, what begins with `_` or `.`, and modules that no go.work names.
 * @throws {SlipwayError} CONTEXT_NARROW_PACKAGE_UNKNOWN, CONTEXT_NARROW_MODULE_MISSING
 */
export function findRootPackages(pattern: string, packages: GoPackages, mode: GoModuleMode): readonly RootPackage[] {
  const folder = cleanPath(pattern);
  if (leavesRoot(folder)) throw unknownPackage(pattern, 'it is outside of the build context', packages);
  const folders = folder.includes('...') ? listMatchingFolders(folder, packages.tree) : [folder];
  const found = folders.flatMap((path) => packages.packageIn(path) ?? []);
  if (found.length === 0) throw unknownPackage(pattern, describeLack(folder, packages.tree), packages);
  return found.map((root) => ({ ...root, modules: findModules(pattern, root.package.folder, packages, mode) }));
}

function findModules(pattern: string, folder: string, packages: GoPackages, mode: GoModuleMode): GoModules {
  const moduleFolder = findModuleFolder(folder, packages.tree);
  if (moduleFolder === undefined) {
    throw new SlipwayError('CONTEXT_NARROW_MODULE_MISSING', { rule: `go:${pattern}`, folder: folder || '.' });
  }
  return packages.modulesFor(folder, moduleFolder, mode);
}

function describeLack(folder: string, tree: LinkedTree): string {
  if (folder.includes('...')) return 'no folder with Go files matches it';
  const { kind } = tree.resolve(folder);
  if (kind === 'file') return 'it is a file';
  return kind === 'directory' ? 'no Go file but tests is in it' : 'there is no such folder';
}

function listMatchingFolders(pattern: string, tree: LinkedTree): readonly string[] {
  const base = folderOf(pattern.slice(0, pattern.indexOf('...')) + '.');
  const matches = compilePackagePattern(pattern);
  return listPackageFolders(base, tree).filter(matches);
}

/** Go's `MatchPattern` (cmd/internal/pkgpattern, Go 1.22): `...` is any text, and `/...` at the end may be nothing. */
function compilePackagePattern(pattern: string): (folder: string) => boolean {
  const source = pattern
    .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll('\\.\\.\\.', '.*')
    .replace(/\/\.\*$/, '(?:/.*)?');
  const regexp = new RegExp(`^${source}$`, 'u');
  return (folder) => regexp.test(folder);
}

/** A folder and those below it which a pattern may name, sorted. Links to folders are not entered, as the go command does not. */
function listPackageFolders(base: string, tree: LinkedTree): readonly string[] {
  const start = tree.resolve(base);
  if (start.kind !== 'directory') return [];
  const used = new Set(findWorkspaceFolders(base, tree));
  const below = tree.list(start.path).flatMap(({ name, kind }) => {
    const path = joinPath(base, name);
    if (kind !== 'directory' || /^[._]/.test(name) || name === 'testdata' || name === 'vendor') return [];
    // A module of its own is part of the pattern only in a workspace; which modules that uses is not asked: more may be taken.
    return isModule(path, tree) && used.size === 0 ? [] : listPackageFolders(path, tree);
  });
  return [base, ...below];
}

function unknownPackage(pattern: string, reason: string, packages: GoPackages): SlipwayError {
  const suggestion = suggestPackage(pattern, packages);
  return new SlipwayError('CONTEXT_NARROW_PACKAGE_UNKNOWN', { rule: `go:${pattern}`, reason, suggestion });
}

/** The first package whose folder has the name that the rule names last, else a made-up one. */
function suggestPackage(pattern: string, packages: GoPackages): string {
  const name = cleanPath(pattern).split('/').at(-1);
  const folder = listPackageFolders('', packages.tree).find(
    (path) => path !== '' && path.split('/').at(-1) === name && packages.packageIn(path),
  );
  return `go:./${folder ?? 'cmd/web'}`;
}
