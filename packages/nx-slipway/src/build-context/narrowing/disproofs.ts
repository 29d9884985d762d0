import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The machine store's memory of narrowings that a build found to be wrong although `slipway.lock.json` has a proof. Such a build fails until
 * `prove` has looked at it again.
 */
export interface Disproofs {
  /** What was found, a line each; `undefined` where nothing was. In: the digest of a narrowing. */
  find(digest: string): string | undefined;
  record(digest: string, findings: string): void;
  forget(digest: string): void;
}

/** Opens the memory below a machine store (absolute path). */
export function openDisproofs(machineStore: string): Disproofs {
  const fileOf = (digest: string): string => join(machineStore, 'disproofs', digest.replace(/^sha256:/, ''));
  return {
    find(digest) {
      try {
        return readFileSync(fileOf(digest), 'utf8');
      } catch {
        return undefined;
      }
    },
    record(digest, findings) {
      mkdirSync(dirname(fileOf(digest)), { recursive: true });
      writeFileSync(fileOf(digest), findings);
    },
    forget: (digest) => rmSync(fileOf(digest), { force: true }),
  };
}
