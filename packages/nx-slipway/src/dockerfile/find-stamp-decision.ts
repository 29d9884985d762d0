import { listCopySources } from './list-copy-sources';
import { listImageReferences } from './list-image-references';
import type { ParsedDockerfile } from './parsed-dockerfile';
import type { BuildSelection } from './select-stages';

/** Any text that is no number, which would be that of a stage. */
const SOME_VALUE = 'stamp';

/**
 * The first line whose FROM, `--from` or source in the build context depends on one of the selection's stamps: what is built from would then
 * not be known before the build, and be in no content key. `undefined` where none does. Pure.
 * @throws {SlipwayError} what `selectStages` throws
 */
export function findStampDecision(dockerfile: ParsedDockerfile, selection: BuildSelection): number | undefined {
  const { stamps = [], buildArgs } = selection;
  if (stamps.length === 0) return undefined;
  const values = Object.fromEntries(stamps.map((name) => [name, SOME_VALUE]));
  const unknown = listUnresolved(dockerfile, selection);
  const otherwise = listUnresolved(dockerfile, { ...selection, stamps: [], buildArgs: { ...buildArgs, ...values } });
  const lines = [...unknown].filter((line) => !otherwise.has(line));
  return lines.length === 0 ? undefined : Math.min(...lines);
}

function listUnresolved(dockerfile: ParsedDockerfile, selection: BuildSelection): Set<number> {
  const { reads, namedContextReads } = listCopySources(dockerfile, selection);
  const named = [...listImageReferences(dockerfile, selection), ...reads, ...namedContextReads];
  return new Set(named.filter(({ resolved }) => !resolved).map(({ line }) => line));
}
