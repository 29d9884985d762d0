import type { ContextTree, RuleSelection } from '../rule-selection';
import { FileCollector, type ReadSet } from './file-collector';
import { findRootPackages, type RootPackage } from './find-root-packages';
import type { GoFileScanner } from './go-file-scanner';
import { openGoModuleGraph, type FoundPackage, type GoModuleGraph, type GoPackages } from './go-module-graph';
import { findModuleFolder, type GoModuleMode, type GoModules } from './go-modules';
import { joinPath } from './linked-tree';
import { renderGoGlobs, type GoSelectionParts } from './render-go-globs';

/** One `go:` rule, or several of one COPY line. */
export interface GoSelectionRequest {
  /**
   * Package paths as the rule names them after `go:`, relative to the root of the build context: `./cmd/web`, or a pattern, `./cmd/...`.
   */
  readonly packages: readonly string[];
  readonly tree: ContextTree;
  /** How headers are read; one for all images of a build context. */
  readonly scanner: GoFileScanner;
  /** As the Dockerfile says: `detectModuleMode`. */
  readonly moduleMode: GoModuleMode;
  /** Shared by all rules of a plan: what one has read, the others need not read. */
  readonly graph?: GoModuleGraph;
}

/**
 * Selects what `go build` of some packages reads from the build context, for every operating system, architecture, build tag and
 * setting of cgo: the packages and all that they import within module, workspace, replaced local modules and `vendor/`, embedded
 * files, sources of other languages, and the files that describe the modules. Tests are left out.
 * Pure but for the tree; the same tree gives the same selection. Chains are the shortest ones.
 * @throws {SlipwayError} CONTEXT_NARROW_PACKAGE_UNKNOWN, CONTEXT_NARROW_MODULE_MISSING
 */
export function selectGoPackages(request: GoSelectionRequest): RuleSelection {
  const packages = (request.graph ?? openGoModuleGraph()).packagesOf(request.tree, request.scanner);
  const roots = request.packages
    .flatMap((pattern) => findRootPackages(pattern, packages, request.moduleMode))
    .sort((a, b) => compare(a.package.folder, b.package.folder));
  const selection = new GoSelection(packages);
  for (const root of roots) selection.addModules(root);
  selection.addClosure(roots);
  return selection.finish();
}

/** A package on its way into the selection. */
interface Visit {
  readonly found: FoundPackage;
  readonly modules: GoModules;
  readonly chain: readonly string[];
}

class GoSelection implements GoSelectionParts {
  readonly files = new Map<string, readonly string[]>();
  readonly packageFolders = new Set<string>();
  readonly nativeFolders = new Set<string>();
  readonly trees = new Map<string, 'cgo' | 'all'>();
  readonly exact = new Set<string>();
  private readonly widened = new Set<string>();
  /** One package is followed once for each set of modules. */
  private readonly reached = new Map<GoModules, Set<string>>();

  constructor(private readonly packages: GoPackages) {}

  addModules({ package: { folder }, modules }: RootPackage): void {
    for (const path of [...modules.files].sort()) this.addFile(path, [`${path} of ${nameOf(folder)}`]);
    for (const glob of modules.globs) this.exact.add(glob);
    if (modules.widened) this.takeAllOf('', modules.widened, [nameOf(folder)]);
  }

  /** Breadth first, each level in a fixed order, so that the first chain that leads to a package is a shortest one. */
  addClosure(roots: readonly RootPackage[]): void {
    let level: readonly Visit[] = roots.flatMap(({ modules, ...found }) => this.reach(found, modules, []));
    while (level.length > 0) level = level.flatMap((visit) => this.visit(visit));
  }

  finish(): RuleSelection {
    return {
      files: new Map([...this.files.keys()].sort().map((path) => [path, this.files.get(path) ?? []])),
      replaced: new Map(),
      globs: renderGoGlobs(this),
      widened: [...this.widened],
    };
  }

  /** Adds the links that lead to a package, and returns the package if it is not yet on its way. */
  private reach(found: FoundPackage, modules: GoModules, above: readonly string[]): readonly Visit[] {
    const { folder } = found.package;
    for (const link of found.links) this.addFile(link, [...above, nameOf(folder)]);
    const reached = this.reached.get(modules) ?? new Set();
    this.reached.set(modules, reached);
    if (reached.has(folder)) return [];
    reached.add(folder);
    return [{ found, modules, chain: [...above, nameOf(folder)] }];
  }

  /** Adds a package, and returns what it imports. */
  private visit({ found, modules, chain }: Visit): readonly Visit[] {
    const { folder, imports, read, hasNativeFiles, widened } = found.package;
    this.packageFolders.add(folder);
    if (hasNativeFiles) this.nativeFolders.add(folder);
    this.addReadSet(read, chain);
    const reason = widened ?? (read.unknownLink && `where the link ${read.unknownLink} leads is not known`);
    if (reason) this.takeAllOf(findModuleFolder(folder, this.packages.tree) ?? folder, reason, chain);
    return imports.flatMap((path) =>
      this.follow(path, folder, modules).flatMap((next) => this.reach(next, modules, chain)),
    );
  }

  private follow(importPath: string, folder: string, modules: GoModules): readonly FoundPackage[] {
    if (/^\.\.?(?:\/|$)/.test(importPath)) return [this.packages.packageIn(joinPath(folder, importPath)) ?? []].flat();
    const { found, missing } = this.packages.resolveImport(importPath, modules);
    for (const path of missing) this.packageFolders.add(path);
    return found;
  }

  private takeAllOf(folder: string, reason: string, chain: readonly string[]): void {
    const all = new FileCollector(this.packages.tree);
    all.addTree(folder, 'all', () => true);
    this.addReadSet(all, chain);
    this.widened.add(`All of ${folder || 'the build context'} is taken for ${nameOf(chain.at(-1) ?? '')}: ${reason}.`);
  }

  private addReadSet({ files, trees, globs }: ReadSet, chain: readonly string[]): void {
    for (const path of files) this.addFile(path, chain);
    for (const [folder, kind] of trees) if (this.trees.get(folder) !== 'all') this.trees.set(folder, kind);
    for (const glob of globs) this.exact.add(glob);
  }

  private addFile(path: string, why: readonly string[]): void {
    if (!this.files.has(path)) this.files.set(path, why);
  }
}

/** A package as chains and messages name it. */
function nameOf(folder: string): string {
  return folder || '.';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
