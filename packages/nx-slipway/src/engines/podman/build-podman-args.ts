import { OWN_IMAGE_LABEL } from '../own-image-label';

/** All that decides the command line of one `podman build`. */
export interface PodmanBuildPlan {
  /** Absolute path of the folder with exactly the staged files. */
  readonly stagedFolder: string;
  /** Of additional build contexts: name to absolute path. */
  readonly namedFolders: Readonly<Record<string, string>>;
  /** Absolute path. */
  readonly dockerfile: string;
  readonly targetStage?: string;
  readonly platform?: string;
  /** `linux/amd64` and the like: what podman builds for without being told. */
  readonly hostPlatform: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly network: 'default' | 'host' | 'none';
  readonly projectImages: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Absolute path of the ignore file to apply instead of those among the staged files. */
  readonly ignoreFile: string;
  /** Absolute path of the file that podman writes the image ID to. */
  readonly imageIdFile: string;
  /** `null` where this user may not make cgroups. */
  readonly cgroup: string | null;
  readonly noCache?: boolean;
}

/**
 * The arguments of `podman build` for podman 4.3 and later.
 *
 * What is not obvious: `--timestamp 0` and `--identity-label=false` make equal inputs give equal image IDs on every machine;
 * `--pull=missing` asks no registry for an image that is there; a platform is only named where it differs from the host's,
 * because podman 4.3 then looks for a base of exactly that name in a registry; cgroups of our own choice need the cgroupfs
 * driver, since the systemd driver takes slices only.
 */
export function buildPodmanBuildArgs(plan: PodmanBuildPlan): string[] {
  return [
    ...(plan.cgroup === null ? [] : ['--cgroup-manager', 'cgroupfs']),
    'build',
    ...['--layers', '--force-rm', '--pull=missing', '--timestamp', '0', '--identity-label=false'],
    ...(plan.noCache === true ? ['--no-cache'] : []),
    ...['--label', OWN_IMAGE_LABEL],
    ...(plan.cgroup === null ? [] : ['--cgroup-parent', plan.cgroup]),
    ...['--ignorefile', plan.ignoreFile, '--iidfile', plan.imageIdFile],
    ...(plan.targetStage === undefined ? [] : ['--target', plan.targetStage]),
    ...(plan.platform === undefined || plan.platform === plan.hostPlatform ? [] : ['--platform', plan.platform]),
    ...(plan.network === 'default' ? [] : ['--network', plan.network]),
    ...Object.entries(plan.buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...plan.secrets.flatMap((secret) => ['--secret', secret]),
    ...Object.entries(plan.projectImages).flatMap(([name, tag]) => [
      '--build-context',
      `${name}=container-image://${tag}`,
    ]),
    ...Object.entries(plan.namedFolders).flatMap(([name, folder]) =>
      spellingsOf(name).flatMap((spelling) => ['--build-context', `${spelling}=${folder}`]),
    ),
    ...plan.tags.flatMap((tag) => ['--tag', tag]),
    ...['--file', plan.dockerfile, plan.stagedFolder],
  ];
}

/** BuildKit takes each of these in a Dockerfile for the same additional build context; podman compares the text. */
function spellingsOf(name: string): readonly string[] {
  return ['', 'docker.io/', 'docker.io/library/'].flatMap((prefix) => [`${prefix}${name}`, `${prefix}${name}:latest`]);
}
