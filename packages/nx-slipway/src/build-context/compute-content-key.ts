import { hash } from 'node:crypto';
import type { BaseRecord } from '../artifact/image-record';
import { LET_EVERYTHING_THROUGH, type BuildContext, type ContextEntry } from './build-context';

/** Raised whenever a build of the same parts may give another image than the version before. */
const KEY_VERSION = 1;

/** All that is known to decide an image. Not in it: stamps but for a release, the engine, paths, owners, times. */
export interface ContentKeyParts {
  /** `os/architecture[/variant]`. */
  readonly platform: string;
  /** `null` for the last stage. */
  readonly targetStage: string | null;
  /** SHA-256 of the Dockerfile's bytes, 64 hex characters. */
  readonly dockerfileSha256: string;
  /** Build arguments that are not stamps. */
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly bases: readonly BaseRecord[];
  readonly entries: readonly ContextEntry[];
  /** `BuildContext.engineIgnoreText`. */
  readonly engineIgnoreText?: string;
  /** Additional build contexts, by name. */
  readonly namedContexts?: ReadonlyMap<string, Pick<BuildContext, 'entries'>>;
  /** The number of the period in which it is built, where the option `refresh` says how long one is. */
  readonly refreshEpoch?: number;
  /** Stamps with their values, for a release; else they decide nothing. */
  readonly stamps?: Readonly<Record<string, string>>;
  /** The engine, where the Dockerfile uses syntax that only this one has; else images of all engines are the same to the key. */
  readonly engine?: string;
  /** What RUN lines can reach, where it is not the engine's default. */
  readonly network?: 'host' | 'none';
}

/**
 * The content key: 64 hex characters, SHA-256 over canonical JSON of the parts.
 * The same for the same parts in any order; different where any part differs.
 */
export function computeContentKey(parts: ContentKeyParts): string {
  const canonical = {
    keyVersion: KEY_VERSION,
    platform: parts.platform,
    targetStage: parts.targetStage,
    dockerfile: parts.dockerfileSha256,
    buildArgs: sorted(Object.entries(parts.buildArgs)),
    bases: sorted(parts.bases.map(({ reference, digest }) => [reference, digest])),
    ignore: parts.engineIgnoreText === LET_EVERYTHING_THROUGH ? null : (parts.engineIgnoreText ?? null),
    entries: describeEntries(parts.entries),
    // Absent where they do not apply, so that they did not change the keys of builds without them.
    ...(parts.refreshEpoch === undefined ? {} : { refreshEpoch: parts.refreshEpoch }),
    ...(parts.engine === undefined ? {} : { engine: parts.engine }),
    ...(parts.network === undefined ? {} : { network: parts.network }),
    ...(parts.stamps === undefined ? {} : { stamps: sorted(Object.entries(parts.stamps)) }),
    ...describeNamed(parts.namedContexts),
  };
  return hash('sha256', JSON.stringify(canonical), 'hex');
}

function describeNamed(named: ContentKeyParts['namedContexts'] = new Map()): object {
  if (named.size === 0) return {};
  return { namedContexts: sorted([...named].map(([name, { entries }]) => [name, describeEntries(entries)])) };
}

function describeEntries(entries: readonly ContextEntry[]): unknown {
  return sorted(
    entries.map(({ path, kind, executable, sha256, linkTarget }) => [
      path,
      kind,
      executable,
      sha256 ?? linkTarget ?? null,
    ]),
  );
}

/** By first element, in UTF-16 code units: no locale has a say. */
function sorted<Row extends readonly [string, ...unknown[]] | readonly unknown[]>(
  rows: readonly Row[],
): readonly Row[] {
  return [...rows].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : String(a[0]) > String(b[0]) ? 1 : 0));
}
