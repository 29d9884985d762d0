import { repositoryOfReference } from '../artifact/image-name';
import type { SlipwayLock } from './slipway-lock';

/**
 * The references that a build has to use in place of those in its Dockerfile, so that it gets the very bytes that are in
 * its key: `debian:12` becomes `debian@sha256:…`. References that nothing pins, that a recipe stands for, or that have a
 * digest themselves are not among them, nor are images of this workspace, which the caller must leave out. Pure.
 */
export function pinBases(
  references: readonly string[],
  { bases }: Pick<SlipwayLock, 'bases'>,
): Readonly<Record<string, string>> {
  const pinned = references.flatMap((reference) => {
    const digest = Object.hasOwn(bases, reference) ? bases[reference]?.digest : undefined;
    if (digest === undefined || reference.includes('@')) return [];
    return [[reference, `${repositoryOfReference(reference)}@${digest}`] as const];
  });
  return Object.fromEntries(pinned);
}
