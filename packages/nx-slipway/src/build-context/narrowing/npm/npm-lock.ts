/** What an entry of `packages` in a `package-lock.json` says that decides what is installed. All else is kept as it is. */
export interface LockEntry {
  readonly version?: string;
  readonly name?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly hasShrinkwrap?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly [field: string]: unknown;
}

/** A `package-lock.json` of npm 7 or newer. */
export interface NpmLock {
  readonly name?: string;
  readonly version?: string;
  readonly lockfileVersion: number;
  /** Location (`''` is the root, `node_modules/ms`, `apps/web`) to entry. */
  readonly packages: Readonly<Record<string, LockEntry>>;
}

/**
 * Parses a lock file of npm 7 or newer (lockfileVersion 2 or 3, or an `npm-shrinkwrap.json` of these). For any other text it says why it
 * cannot be read, as the end of the sentence "the lock file is not pruned: …". Pure.
 */
export function parseNpmLock(text: string): NpmLock | { readonly reason: string } {
  let lock: unknown;
  try {
    lock = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return { reason: 'it is not JSON' };
  }
  if (!isRecord(lock) || typeof lock['lockfileVersion'] !== 'number') return { reason: 'it states no lockfileVersion' };
  const { lockfileVersion, packages } = lock;
  if (lockfileVersion < 2 || lockfileVersion > 3) {
    return { reason: `its lockfileVersion is ${lockfileVersion}, and only 2 and 3 are understood` };
  }
  if (!isRecord(packages) || !isRecord(packages['']) || !Object.values(packages).every(isEntry)) {
    return { reason: 'its "packages" are not as npm writes them' };
  }
  return lock as unknown as NpmLock;
}

const DEPENDENCY_FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

function isEntry(entry: unknown): boolean {
  return isRecord(entry) && DEPENDENCY_FIELDS.every((field) => entry[field] === undefined || isRecord(entry[field]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
