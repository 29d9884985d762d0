/** The oldest podman that this cluster runs on: `pod create` with a network address and a hardware address. */
export const OLDEST_PODMAN = '4.3.0';

/** Parses `podman --version`: `podman version 4.3.1`. `undefined` when it says something else. Pure. */
export function parsePodmanVersion(output: string): string | undefined {
  return /version (\d+\.\d+\.\d+\S*)/.exec(output)?.[1];
}

/** Whether a version is the other or later, by its three numbers. Pure. */
export function isAtLeast(version: string, oldest: string): boolean {
  const numbers = version.split(/[.-]/).map(Number);
  for (const [place, wanted] of oldest.split('.').map(Number).entries()) {
    const has = numbers[place] ?? 0;
    if (has !== wanted) return has > wanted;
  }
  return true;
}
