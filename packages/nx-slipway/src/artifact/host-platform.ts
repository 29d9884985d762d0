/** Node's names of architectures (`process.arch`) where the OCI image specification 1.1 (GOARCH, with its variant) has another. */
const OCI_ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  arm: 'arm/v7',
  ppc64: 'ppc64le',
};

/** The platform of images for this machine, for Node's name of its architecture: `x64` gives `linux/amd64`. Pure. */
export function hostPlatformOf(nodeArchitecture: string): string {
  return `linux/${OCI_ARCHITECTURES[nodeArchitecture] ?? nodeArchitecture}`;
}
