import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError } from '../errors/slipway-error';
import type { BuildContext } from './build-context';

/** Files that one instruction of a Dockerfile names. */
export interface NamedSources {
  readonly instruction: string;
  readonly line: number;
  /** Relative to the root of the build context; `''` is the root. */
  readonly sources: readonly string[];
}

/** Engines differ on patterns that match nothing, so those are theirs to judge. */
const IS_PATTERN = /[*?[\\]/;

/**
 * Makes sure, before an engine is started, that what a Dockerfile copies is in the build context.
 * In: what it reads, its name for messages, the scanned context, folders that this plugin writes (relative to the context's root).
 * @throws {SlipwayError} CONTEXT_SOURCE_EXCLUDED for what is never in a context, CONTEXT_UNTRACKED_SOURCE for what git ignores,
 *   CONTEXT_SOURCE_MISSING for what else is not in this one, and why
 */
export function assertCopySources(
  reads: readonly NamedSources[],
  source: string,
  context: BuildContext,
  never: readonly string[],
): void {
  const entries = new Set(context.entries.map(({ path }) => path));
  for (const { instruction, line, sources } of reads) {
    for (const path of sources) {
      if (path === '' || IS_PATTERN.test(path)) continue;
      const excluded = findNever(path, never);
      if (excluded !== undefined) {
        throw new SlipwayError('CONTEXT_SOURCE_EXCLUDED', { source, line, instruction, path, excluded });
      }
      if (entries.has(path) || isBelowLink(path, context)) continue;
      assertNotHidden(path, { instruction, line, source }, context);
      const reason = explainMissing(path, context);
      throw new SlipwayError('CONTEXT_SOURCE_MISSING', { source, line, instruction, path, root: context.root, reason });
    }
  }
}

/** Names without a slash count at any depth, others from the root. */
function findNever(path: string, never: readonly string[]): string | undefined {
  const segments = path.split('/');
  return never.find((name) =>
    name.includes('/') ? path === name || path.startsWith(`${name}/`) : segments.includes(name),
  );
}

/** A path through a link inside of the context: the engine follows it, and says so where it leads nowhere. */
function isBelowLink(path: string, context: BuildContext): boolean {
  return context.entries.some((entry) => entry.kind === 'link' && path.startsWith(`${entry.path}/`));
}

/** What git ignores is there on this machine and not on another one, unless a task makes it. */
function assertNotHidden(
  path: string,
  facts: { readonly instruction: string; readonly line: number; readonly source: string },
  { leftOut, root }: BuildContext,
): void {
  const hidden = leftOut.find((candidate) => candidate.path === '' || isAtOrBelow(path, candidate.path));
  if (hidden?.hiddenBy === undefined || !lstatSync(join(root, path), { throwIfNoEntry: false })) return;
  throw new SlipwayError('CONTEXT_UNTRACKED_SOURCE', { ...facts, path, ignoredBy: hidden.hiddenBy });
}

function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function explainMissing(path: string, context: BuildContext): string {
  const leftOut = context.leftOut.find((candidate) => candidate.path === '' || isAtOrBelow(path, candidate.path));
  const stats = lstatSync(join(context.root, path), { throwIfNoEntry: false });
  if (!stats) return leftOut ? `it does not exist, and would be ${leftOut.reason}` : 'it does not exist';
  if (leftOut) return `it is ${leftOut.reason}`;
  const inside = context.leftOut.find((candidate) => candidate.path.startsWith(`${path}/`));
  return inside ? `nothing in it is let through: ${inside.path} is ${inside.reason}` : 'it is an empty folder';
}
