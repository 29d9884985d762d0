/** Node's names of architectures (`process.arch`) where the OCI image specification 1.1 (GOARCH, with its variant) has another. */
const OCI_ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  arm: 'arm/v7',
  ppc64: 'ppc64le',
};

/** The architecture part of an image's platform for Node's name of it: `x64` gives `amd64`. Pure. */
export function ociArchitectureOf(nodeArchitecture: string): string {
  return OCI_ARCHITECTURES[nodeArchitecture] ?? nodeArchitecture;
}
