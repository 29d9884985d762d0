import type { ParsedDockerfile } from '../../dockerfile/parsed-dockerfile';
import { readMounts } from '../../dockerfile/read-mounts';

/** A RUN instruction that mounts something from outside of its own container. */
export interface MountingRun {
  /** The line with the instruction's keyword, from 1. */
  readonly line: number;
  /** How many `--mount` flags it has. */
  readonly mountCount: number;
  /** Paths in the build context that it mounts; `unknown` where it mounts another stage or image, or says it by a variable. */
  readonly sources: readonly string[] | 'unknown';
  /** Whether it mounts what earlier builds left. */
  readonly hasCache: boolean;
}

/** The RUN instructions of a Dockerfile that have a bind mount, a cache, or any mount with `from=`. Mounts without a type are bind mounts. */
export function listMountingRuns({ stages }: ParsedDockerfile): MountingRun[] {
  const runs = stages.flatMap(({ instructions }) => instructions).filter(({ keyword }) => keyword === 'RUN');
  return runs.flatMap((run) => {
    const all = readMounts(run);
    const mounts = all.filter(({ type, from }) => from !== null || type === 'bind');
    const hasCache = all.some(({ type }) => type === 'cache' || type.includes('$'));
    if (mounts.length === 0 && !hasCache) return [];
    const sources = mounts.map(({ source }) => (source ?? '.').replace(/^"|"$/g, ''));
    const isUnknown = mounts.some(({ from }) => from !== null) || sources.some((source) => source.includes('$'));
    return [{ line: run.line, mountCount: all.length, sources: isUnknown ? ('unknown' as const) : sources, hasCache }];
  });
}

/**
 * The text of the same Dockerfile, each of these instructions with a digest as the id of an optional secret. Line numbers stay.
 * Mounts without a type get theirs: buildah 1.28 would take the type of the mount before.
 */
export function markRuns(text: string, digests: ReadonlyMap<MountingRun, string>): string {
  const lines = text.split('\n');
  for (const [run, digest] of digests) {
    giveTypes(lines, run);
    const mark = `--mount=type=secret,id=nx-slipway-mounted-${digest.slice(0, 24)}`;
    lines[run.line - 1] = (lines[run.line - 1] ?? '').replace(/^(\s*RUN)(?=\s)/i, `$1 ${mark}`);
  }
  return lines.join('\n');
}

/** Flags stand before the command, so they are the first `mountCount` that look like one. */
function giveTypes(lines: string[], { line, mountCount }: MountingRun): void {
  let remaining = mountCount;
  for (let index = line - 1; remaining > 0 && index < lines.length; index++) {
    lines[index] = (lines[index] ?? '').replace(/--mount=(\S+)/g, (flag, fields: string) => {
      if (remaining-- <= 0 || /(?:^|,)type=/i.test(fields)) return flag;
      return `--mount=type=bind,${fields}`;
    });
  }
}
