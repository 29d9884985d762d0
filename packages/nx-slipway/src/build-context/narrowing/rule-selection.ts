/**
 * The build context as narrowing sees it: what the ignore file lets through and Nx sees, and nothing else. Paths are relative to the
 * root of the build context, with slashes; `''` is the root. Each file is read once at most.
 */
export interface ContextTree {
  /** A file's text, or `undefined` where there is no such file. */
  read(path: string): string | undefined;
  /** Entries of a folder, sorted by name; empty where there is no such folder. */
  list(folder: string): readonly ContextTreeEntry[];
}

/** One entry of a folder. */
export interface ContextTreeEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link';
  /** As written in the link; links only. Where it is not told, a rule that meets the link widens. */
  readonly linkTarget?: string;
}

/** What one narrowing rule lets through. Never less than what the build reads by the rule's own account; more where in doubt. */
export interface RuleSelection {
  /**
   * Path to why it is in: for a file of a Go package the chain of imports that leads to it, from the package that the rule names
   * (`['cmd/web', 'internal/mail']`), else one sentence part (`['go.mod of cmd/web']`).
   */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Files that the engine is given with other content than the tree's: a pruned npm lock file. Path to content. */
  readonly replaced: ReadonlyMap<string, string>;
  /**
   * Globs relative to the root of the build context which match every path of `files`, and the paths that would join them when a file
   * is added to a selected package or project. As few as possible, directories rather than files; one with a `!` in front takes away from all others.
   */
  readonly globs: readonly string[];
  /** Why the selection is wider than the rule promises, one sentence each; empty where it is not. */
  readonly widened: readonly string[];
}
