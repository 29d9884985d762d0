/** Labels and annotations by which a namespace is known to be made by this plugin, by whom, and for how long. */
export const namespaceMarks = {
  managedBy: 'app.kubernetes.io/managed-by',
  workspace: 'nx-slipway.io/workspace',
  user: 'nx-slipway.io/user',
  /** Annotation: `7d`, `12h`. */
  timeToLive: 'nx-slipway.io/time-to-live',
  /** Annotation: when something was last deployed, ISO 8601. */
  usedAt: 'nx-slipway.io/used-at',
} as const;

/** The value of `managedBy`. */
export const MANAGER = 'nx-slipway';

/** A namespace as far as it is looked at. */
export interface NamespaceObject {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly status?: { readonly phase?: string };
}

/** Whether this plugin made it. Pure. */
export function isOurs({ metadata }: NamespaceObject): boolean {
  return (
    metadata.labels?.[namespaceMarks.managedBy] === MANAGER && metadata.labels[namespaceMarks.workspace] !== undefined
  );
}

/** A time to live, e.g. `12h` or `7d`. */
export const TIME_TO_LIVE_PATTERN = /^([1-9]\d{0,3})([hd])$/;

const HOUR_MS = 3_600_000;

/** In milliseconds; `undefined` for a text that is none. Pure. */
export function parseTimeToLive(text: string): number | undefined {
  const [, count, unit] = TIME_TO_LIVE_PATTERN.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (unit === 'h' ? HOUR_MS : 24 * HOUR_MS);
}

/** When a namespace of ours may go, in milliseconds since the epoch; `undefined` where it says nothing that can be read: then never. Pure. */
export function expiryOf(namespace: NamespaceObject): number | undefined {
  const { [namespaceMarks.timeToLive]: timeToLive, [namespaceMarks.usedAt]: usedAt } =
    namespace.metadata.annotations ?? {};
  const lifeMs = parseTimeToLive(timeToLive ?? '');
  const sinceMs = Date.parse(usedAt ?? '');
  return !isOurs(namespace) || lifeMs === undefined || Number.isNaN(sinceMs) ? undefined : sinceMs + lifeMs;
}
