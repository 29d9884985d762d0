/** The environment variable by which podman finds its registries' settings. skopeo 1.9 does not read it. */
export const REGISTRIES_VARIABLE = 'CONTAINERS_REGISTRIES_CONF';

/** `skopeo inspect` that prints the manifest (list) byte by byte as the registry has it. Pure. */
export function buildRawManifestArgs(reference: string, registriesFile: string | undefined): string[] {
  return [...registriesArgs(registriesFile), 'inspect', '--raw', `docker://${reference}`];
}

/**
 * `skopeo inspect` that prints the config of a platform's image. `--raw`, since without it the OCI form is shown, which
 * loses ONBUILD. Pure.
 */
export function buildRawConfigArgs(reference: string, platform: string, registriesFile: string | undefined): string[] {
  const [os = '', architecture = '', variant] = platform.split('/');
  return [
    ...registriesArgs(registriesFile),
    ...['--override-os', os, '--override-arch', architecture],
    ...(variant === undefined ? [] : ['--override-variant', variant]),
    ...['inspect', '--config', '--raw', `docker://${reference}`],
  ];
}

/**
 * `skopeo copy` of an image of podman's storage to an OCI layout in the working directory, layers uncompressed. The layout is named by
 * a relative path, since a colon in a path ends it. No signature policy is asked: the image is this machine's own. Pure.
 */
export function buildCopyArgs(tag: string): string[] {
  const flags = ['--quiet', '--dest-oci-accept-uncompressed-layers'];
  return ['--insecure-policy', 'copy', ...flags, `containers-storage:${tag}`, 'oci:.:exported'];
}

/** `skopeo inspect` that prints the config of an image of podman's storage byte by byte. Pure. */
export function buildStoredConfigArgs(tag: string): string[] {
  return ['inspect', '--config', '--raw', `containers-storage:${tag}`];
}

/** `skopeo copy` of an image to a registry. `source` is a reference with its transport, e.g. `containers-storage:localhost/web:i-0123…`. Pure. */
export function buildPushArgs(source: string, reference: string, registriesFile: string | undefined): string[] {
  const flags = ['--insecure-policy', ...registriesArgs(registriesFile)];
  return [...flags, 'copy', '--quiet', source, `docker://${reference}`];
}

function registriesArgs(registriesFile: string | undefined): string[] {
  return registriesFile ? ['--registries-conf', registriesFile] : [];
}
