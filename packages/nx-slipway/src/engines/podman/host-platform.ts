const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  arm64: 'arm64',
  arm: 'arm/v7',
  ppc64: 'ppc64le',
  s390x: 's390x',
  riscv64: 'riscv64',
};

/** The platform that an engine on this machine builds for by itself. Names: OCI image specification 1.1, "platform". */
export function hostPlatformOf(nodeArchitecture: string): string {
  return `linux/${ARCHITECTURES[nodeArchitecture] ?? nodeArchitecture}`;
}
