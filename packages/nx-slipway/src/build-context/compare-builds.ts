import type { ContextEntry, EntryOrigin } from './build-context';
import { compareText } from './compare-text';
import type { ContentKeyParts } from './compute-content-key';

/** One file, folder or link of a build as `compareBuilds` needs it. */
export interface ComparedEntry {
  readonly path: string;
  /** Kind, executable bit and content or link target, as one text. */
  readonly state: string;
  readonly origin: EntryOrigin | null;
}

/** What decided a build. */
export interface ComparedBuild {
  readonly contentKey: string;
  /** What is one value each: the platform, the Dockerfile's digest, each build argument, each base. By name, e.g. `build argument GO`. */
  readonly settings: Readonly<Record<string, string>>;
  /** Sorted by path. */
  readonly entries: readonly ComparedEntry[];
}

/** A file that differs between two builds. */
export interface EntryDifference {
  readonly path: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** What brings it in; of a removed one, what brought it in. */
  readonly origin: EntryOrigin | null;
}

/** A value that differs between two builds; `null` where it is not set. */
export interface SettingDifference {
  readonly name: string;
  readonly before: string | null;
  readonly now: string | null;
}

/** What made one build need another than the one before. */
export interface BuildDifferences {
  readonly entries: readonly EntryDifference[];
  readonly settings: readonly SettingDifference[];
}

/** The name of the period of the option `refresh` among the settings. */
export const REFRESH_PERIOD = 'refresh period';

/** What decided a build, from the parts of its content key. Pure. */
export function describeComparedBuild(contentKey: string, parts: ContentKeyParts): ComparedBuild {
  const bases = parts.bases.map(({ reference, digest }) => [`base ${reference}`, digest ?? 'not pinned'] as const);
  const buildArgs = Object.entries(parts.buildArgs).map(([name, value]) => [`build argument ${name}`, value] as const);
  return {
    contentKey,
    settings: Object.fromEntries([
      ['platform', parts.platform],
      ['target stage', parts.targetStage ?? 'the last'],
      ['Dockerfile', parts.dockerfileSha256],
      ...(parts.refreshEpoch === undefined ? [] : [[REFRESH_PERIOD, String(parts.refreshEpoch)] as const]),
      ...(parts.engine === undefined ? [] : [['engine', parts.engine] as const]),
      ...(parts.network === undefined ? [] : [['network', parts.network] as const]),
      ...(parts.engineIgnoreText === undefined ? [] : [['ignore rules', parts.engineIgnoreText] as const]),
      ...buildArgs,
      ...Object.entries(parts.stamps ?? {}).map(([name, value]) => [`stamp ${name}`, value] as const),
      ...bases,
    ]),
    // A folder is there for what is in it, so it is never the reason.
    entries: [
      ...parts.entries.filter(isNoFolder).map(describeEntry),
      ...[...(parts.namedContexts ?? [])].flatMap(([name, { entries }]) =>
        entries.filter(isNoFolder).map((entry) => describeEntry({ ...entry, path: `${name}:${entry.path}` })),
      ),
    ].sort((a, b) => compareText(a.path, b.path)),
  };
}

/** Compares two builds of one image. Pure; entries are sorted by path, settings by name. */
export function compareBuilds(before: ComparedBuild, now: ComparedBuild): BuildDifferences {
  const old = new Map(before.entries.map((entry) => [entry.path, entry]));
  const current = new Map(now.entries.map((entry) => [entry.path, entry]));
  const entries: EntryDifference[] = [];
  for (const { path, state, origin } of now.entries) {
    const known = old.get(path);
    if (!known) entries.push({ path, change: 'added', origin });
    else if (known.state !== state) entries.push({ path, change: 'changed', origin });
  }
  for (const { path, origin } of before.entries) {
    if (!current.has(path)) entries.push({ path, change: 'removed', origin });
  }
  return { entries: entries.sort((a, b) => compareText(a.path, b.path)), settings: compareSettings(before, now) };
}

/** The whole reason in one line: the first differences by name, the others by number. Pure. */
export function renderReason({ entries, settings }: BuildDifferences, shown = 3): string {
  const reasons = [...settings.map(renderSetting), ...entries.map(renderEntry)];
  const more = reasons.length - shown;
  return [...reasons.slice(0, shown), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** One difference of a file, e.g. `internal/mail/mail.go changed (COPY . . in line 21: cmd/web imports internal/mail)`. Pure. */
export function renderEntry({ path, change, origin }: EntryDifference): string {
  const verb = change === 'changed' ? 'changed' : `was ${change}`;
  return origin ? `${path} ${verb} (${renderOrigin(origin)})` : `${path} ${verb}`;
}

/** One difference of a value. Digests and texts are not shown in full. Pure. */
export function renderSetting({ name, before, now }: SettingDifference): string {
  if (name === 'Dockerfile' || name === 'ignore rules') return `the ${name} changed`;
  if (before === null) return `${name} is new`;
  if (now === null) return `${name} is gone`;
  return `${name} changed from ${shorten(before)} to ${shorten(now)}`;
}

/** How an entry came into a staged context. Pure. */
export function renderOrigin({ line, text, chain }: EntryOrigin): string {
  const copy = `${text} in line ${line}`;
  return chain.length === 0 ? copy : `${copy}: ${chain.join(' imports ')}`;
}

function isNoFolder({ kind }: ContextEntry): boolean {
  return kind !== 'directory';
}

function describeEntry({ path, kind, executable, sha256, linkTarget, origin }: ContextEntry): ComparedEntry {
  const state = `${kind} ${executable ? 'x' : '-'} ${sha256 ?? linkTarget ?? ''}`;
  return { path, state, origin: origin ?? null };
}

function compareSettings(before: ComparedBuild, now: ComparedBuild): SettingDifference[] {
  const names = new Set([...Object.keys(before.settings), ...Object.keys(now.settings)]);
  return [...names]
    .sort(compareText)
    .map((name) => ({ name, before: before.settings[name] ?? null, now: now.settings[name] ?? null }))
    .filter((setting) => setting.before !== setting.now);
}

const SHOWN_VALUE_LENGTH = 24;

function shorten(value: string): string {
  return value.length > SHOWN_VALUE_LENGTH ? `${value.slice(0, SHOWN_VALUE_LENGTH)}…` : value;
}
