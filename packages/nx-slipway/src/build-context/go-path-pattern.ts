import { compileMobyPattern, isValidGoPattern } from './ignore-pattern';

/**
 * Compiles one segment of a COPY source (Go's `filepath.Match`); `undefined` where it is a plain name. A bad pattern matches every name,
 * since it is the engine's to refuse.
 */
export function compilePathSegment(segment: string): ((name: string) => boolean) | undefined {
  if (!/[*?[\\]/.test(segment)) return undefined;
  return (isValidGoPattern(segment) ? compileMobyPattern(segment) : undefined) ?? (() => true);
}
