/** The oldest podman that this plugin works with: `--identity-label` and secrets from the environment. */
export const MINIMUM_PODMAN_VERSION = '4.3';

/** The version in the output of `podman --version`, e.g. `4.3.1`; `undefined` where there is none. */
export function parsePodmanVersion(output: string): string | undefined {
  return /^podman version (\d+(?:\.\d+)+\S*)/m.exec(output)?.[1];
}

export { isVersionAtLeast } from '../version-order';
