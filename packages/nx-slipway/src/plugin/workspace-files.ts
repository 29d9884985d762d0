/** The files of the workspace as inference sees them. Paths are workspace-relative with `/`. */
export interface WorkspaceFiles {
  /** The files that Nx found for the plugin's glob, sorted: only these can make a project or a target. */
  readonly paths: readonly string[];
  /** A file's text, or `undefined` where it is missing or unreadable. Each file is read once. */
  read(path: string): string | undefined;
  /** A file's JSON, comments allowed as in Nx; `undefined` where it is missing or not JSON. */
  readJson(path: string): unknown;
  /** Names of the entries of a folder, sorted; empty where there is no such folder. */
  list(folder: string): readonly string[];
}
