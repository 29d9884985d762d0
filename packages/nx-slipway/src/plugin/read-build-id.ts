import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What identifies the built plugin on disk: written by the build into `dist/build-id.json`. `undefined` where it was not built. */
export function readBuildId(): string | undefined {
  try {
    const { buildId } = JSON.parse(readFileSync(join(__dirname, '..', 'build-id.json'), 'utf8')) as {
      buildId?: unknown;
    };
    return typeof buildId === 'string' ? buildId : undefined;
  } catch {
    return undefined;
  }
}
