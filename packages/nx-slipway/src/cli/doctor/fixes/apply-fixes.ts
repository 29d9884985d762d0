import { appendIgnoreLines } from './append-ignore-lines';
import { editJson } from './edit-json';
import type { Fix } from './fix';

/** What becomes of one file by the fixes that concern it. */
export interface FixedFile {
  /** Workspace-relative. */
  readonly file: string;
  /** `null` where there is no such file yet. */
  readonly before: string | null;
  readonly after: string;
  /** A line for each thing that was done. */
  readonly done: readonly string[];
  /** A line for each thing that was not, and why. */
  readonly refused: readonly string[];
}

/**
 * Applies fixes to the texts of their files. Afterwards applying them again changes nothing. Pure but for reading through `readText`; files that stay as
 * they are, and had nothing refused, are not among the results.
 */
export function applyFixes(
  fixes: readonly Fix[],
  readText: (workspaceRelativePath: string) => string | undefined,
): readonly FixedFile[] {
  const files = [...new Set(fixes.map(({ file }) => file))].toSorted();
  return files
    .map((file) => {
      const before = readText(file) ?? null;
      return fixes
        .filter((fix) => fix.file === file)
        .reduce<FixedFile>(applyFix, { file, before, after: before ?? '', done: [], refused: [] });
    })
    .filter(({ before, after, refused }) => (before ?? '') !== after || refused.length > 0);
}

function applyFix(fixed: FixedFile, fix: Fix): FixedFile {
  if (fix.kind === 'ignore-lines') {
    const after = appendIgnoreLines(fixed.after, fix.lines);
    if (after === fixed.after) return fixed;
    return { ...fixed, after, done: [...fixed.done, ...fix.lines.map((line) => `${fixed.file}: adds ${line}`)] };
  }
  const edited = editJson(fixed.after, fix.changes);
  if (edited.status === 'refused') {
    const changes = fix.changes.map(({ path, value }) => `${path.join('.')}: ${renderValue(value)}`);
    const line = `${fixed.file}: left as it is, since ${edited.reason}. By hand: ${changes.join('; ')}`;
    return { ...fixed, refused: [...fixed.refused, line] };
  }
  if (edited.text === fixed.after) return fixed;
  return { ...fixed, after: edited.text, done: [...fixed.done, `${fixed.file}: ${fix.summary}`] };
}

function renderValue(value: unknown): string {
  return value === undefined ? 'remove it' : JSON.stringify(value);
}
