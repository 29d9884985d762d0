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

function registriesArgs(registriesFile: string | undefined): string[] {
  return registriesFile ? ['--registries-conf', registriesFile] : [];
}
