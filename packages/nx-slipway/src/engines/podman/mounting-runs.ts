import { listInstructions } from './list-instructions';

/** A RUN instruction that mounts files from outside of its own container. */
export interface MountingRun {
  /** Index, from 0, of the line with the instruction's keyword. */
  readonly lineIndex: number;
  /** How many `--mount` flags it has. */
  readonly mountCount: number;
  /** Paths in the build context that it mounts; `unknown` where it mounts another stage or image, or says it by a variable. */
  readonly sources: readonly string[] | 'unknown';
}

/** The RUN instructions of a Dockerfile that have a bind mount, or any mount with `from=`. Mounts without a type are bind mounts. */
export function listMountingRuns(dockerfile: string): MountingRun[] {
  return listInstructions(dockerfile).flatMap(({ lineIndex, text }) => {
    if (!/^RUN\s/i.test(text)) return [];
    const flags = readMountFlags(text);
    const mounts = flags.filter((mount) => mount.has('from') || (mount.get('type') ?? 'bind') === 'bind');
    if (mounts.length === 0) return [];
    const sources = mounts.map((mount) => mount.get('source') ?? mount.get('src') ?? '.');
    const isUnknown = mounts.some((mount) => mount.has('from')) || sources.some((source) => source.includes('$'));
    return [{ lineIndex, mountCount: flags.length, sources: isUnknown ? ('unknown' as const) : sources }];
  });
}

/**
 * The same Dockerfile, each of these instructions with a digest as the id of an optional secret. Line numbers stay. Mounts
 * without a type get theirs: buildah 1.28 would take the type of the mount before.
 */
export function markRuns(dockerfile: string, digests: ReadonlyMap<MountingRun, string>): string {
  const lines = dockerfile.split('\n');
  for (const [run, digest] of digests) {
    giveTypes(lines, run);
    const mark = `--mount=type=secret,id=nx-slipway-mounted-${digest.slice(0, 24)}`;
    lines[run.lineIndex] = (lines[run.lineIndex] ?? '').replace(/^(\s*RUN)(?=\s)/i, `$1 ${mark}`);
  }
  return lines.join('\n');
}

/** Flags stand before the command, so they are the first `mountCount` that look like one. */
function giveTypes(lines: string[], { lineIndex, mountCount }: MountingRun): void {
  let remaining = mountCount;
  for (let index = lineIndex; remaining > 0 && index < lines.length; index++) {
    lines[index] = (lines[index] ?? '').replace(/--mount=(\S+)/g, (flag, fields: string) => {
      if (remaining-- <= 0 || /(?:^|,)type=/i.test(fields)) return flag;
      return `--mount=type=bind,${fields}`;
    });
  }
}

function readMountFlags(text: string): Map<string, string>[] {
  const flags = /^RUN((?:\s+--\S+)*)/i.exec(text)?.[1] ?? '';
  return [...flags.matchAll(/\s--mount=(\S+)/g)].map(
    ([, value]) =>
      new Map(
        (value ?? '').split(',').map((field) => {
          const [key = '', ...rest] = field.split('=');
          return [key.toLowerCase(), rest.join('=').replace(/^"|"$/g, '')] as const;
        }),
      ),
  );
}
