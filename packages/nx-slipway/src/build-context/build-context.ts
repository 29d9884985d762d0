import type { Problem } from '../errors/slipway-error';

/** One file, folder or link of a build context. */
export interface ContextEntry {
  /** With slashes, relative to the root of the build context. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link';
  /** Whether the owner may execute it; false for folders and links. */
  readonly executable: boolean;
  /** 64 hex characters; files only. */
  readonly sha256?: string;
  /** As written in the link; links only. */
  readonly linkTarget?: string;
  /** 0 for folders and links. */
  readonly bytes: number;
  /** What the engine is given in place of the file's own content; `sha256` and `bytes` are of this. */
  readonly content?: string;
  /** What brought it in first; files and links only. */
  readonly origin?: EntryOrigin;
}

/** The instruction by which an entry is in the staged context. */
export interface EntryOrigin {
  /** In the Dockerfile, from 1. */
  readonly line: number;
  /** E.g. `COPY . .`. */
  readonly text: string;
  /** Where a narrowing rule let it in, why: for a Go file the imports that lead to it; else empty. */
  readonly chain: readonly string[];
}

/** Why a staged context is wider than what a build reads. */
export interface WidenedRead {
  /** The Dockerfile's line that made it so, `null` where it was none. */
  readonly line: number | null;
  readonly reason: string;
}

/** Something that lies in the root of the build context and is not part of it. What is below a folder is not listed again. */
export interface LeftOutPath {
  readonly path: string;
  /** Completes the sentence "it is …", e.g. `excluded by .dockerignore line 3`. */
  readonly reason: string;
  /** The file by which git and Nx do not see it, e.g. `.gitignore`; absent where something else left it out. */
  readonly hiddenBy?: string;
  /** The line of the ignore file that excludes it, from 1; absent where something else left it out. */
  readonly ignoreLine?: number;
}

/** What a build is given: every entry that it can read, that the ignore file lets through and that Nx sees. */
export interface BuildContext {
  /** Absolute path. */
  readonly root: string;
  /** Workspace-relative path of the ignore file that counts, `null` where there is none. */
  readonly ignoreFile: string | null;
  /** Sorted by path (UTF-16 code units). Every entry's folder is an entry; a folder without entries is not. */
  readonly entries: readonly ContextEntry[];
  readonly files: number;
  readonly bytes: number;
  /** Empty where the context holds nothing but what the build can read. */
  readonly widened: readonly WidenedRead[];
  readonly notices: readonly Problem[];
  readonly leftOut: readonly LeftOutPath[];
  /**
   * Text of the ignore file that the engine has to be given (podman: `--ignorefile`) for the staged context. Nearly always
   * `LET_EVERYTHING_THROUGH`; the original rules where engines read them differently, so that each applies them in its own way.
   */
  readonly engineIgnoreText: string;
}

/**
 * An ignore file that excludes nothing. It must not be empty: podman 4.3 looks for the ignore files of the build context when the one
 * that it was given has no patterns.
 */
export const LET_EVERYTHING_THROUGH = '!**\n';
