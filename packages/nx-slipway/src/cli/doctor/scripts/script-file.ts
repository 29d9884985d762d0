import { posix } from 'node:path';

/** How commands stand in a file. */
export type ScriptKind = 'shell' | 'makefile' | 'npm-scripts' | 'workflow';

/** A file of the repository that runs commands. */
export interface ScriptFile {
  /** Workspace-relative. */
  readonly path: string;
  readonly kind: ScriptKind;
  readonly text: string;
}

/** The kind of a script by its path; `unknown` where only its first line can tell; `undefined` for what is no script. Pure. */
export function kindOfScript(path: string): ScriptKind | 'unknown' | undefined {
  const name = posix.basename(path);
  if (/\.(?:sh|bash|zsh|ksh)$/.test(name)) return 'shell';
  if (/^(?:GNUmakefile|[Mm]akefile(?:\..*)?)$|\.mk$/.test(name)) return 'makefile';
  if (name === 'package.json') return 'npm-scripts';
  if (/(?:^|\/)\.github\/(?:workflows|actions)\/.*\.ya?ml$/.test(path)) return 'workflow';
  if (/(?:^|\/)\.gitlab-ci\.ya?ml$|(?:^|\/)\.gitlab\/.*\.ya?ml$/.test(path)) return 'workflow';
  return /^[^.]+$/.test(name) ? 'unknown' : undefined;
}

/** Whether a file's text begins as a shell script. Pure. */
export function isShellScript(text: string): boolean {
  return /^#!\s*\S*?(?:\/env\s+(?:-S\s+)?)?\/?(?:ba|da|z|k)?sh\b/.test(text);
}
