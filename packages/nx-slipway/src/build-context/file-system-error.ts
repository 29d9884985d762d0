/** The code of a file system error, e.g. `ENOENT`; `''` where it has none. Not by `instanceof`: errors may come from another realm. */
export function errnoOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** A thrown value's message. */
export function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
