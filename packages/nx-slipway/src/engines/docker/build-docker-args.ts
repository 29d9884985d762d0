import type { DockerVersions } from './docker-version';
import { OWN_IMAGE_LABEL } from '../own-image-label';

/** All that decides the command line of one `docker build`. */
export interface DockerBuildPlan {
  readonly frontEnd: DockerVersions['frontEnd'];
  /** Absolute path of the folder with exactly the staged files; its last part is used for no other build. */
  readonly stagedFolder: string;
  /** Of additional build contexts: name to absolute path; the last parts, too, are used for no other build. */
  readonly namedFolders: Readonly<Record<string, string>>;
  /** Absolute path; the ignore file lies beside it. */
  readonly dockerfile: string;
  readonly targetStage?: string;
  readonly platform?: string;
  /** `linux/amd64` and the like. */
  readonly hostPlatform: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly network: 'default' | 'host' | 'none';
  readonly tags: readonly string[];
  /** Absolute path of the file that docker writes the image ID to. */
  readonly imageIdFile: string;
  /** Absolute path of the file that buildx writes its account of the build to. */
  readonly metadataFile: string;
  readonly noCache?: boolean;
}

/**
 * The arguments of `docker build` for docker 20.10 and later, with BuildKit.
 *
 * What is not obvious: without `--provenance=false` the containerd image store gets an index with attestations that hold the time of the
 * build; `SOURCE_DATE_EPOCH` takes the time of the build out of the config (BuildKit 0.11 and later; 0.8 takes no notice); BuildKit
 * prefers an image that is there to one in a registry, where it is not told to pull.
 */
export function buildDockerBuildArgs(plan: DockerBuildPlan): string[] {
  return [
    ...['build', '--progress=plain', '--label', OWN_IMAGE_LABEL],
    ...(plan.frontEnd === 'buildx' ? ['--provenance=false', '--metadata-file', plan.metadataFile] : []),
    ...(plan.noCache === true ? ['--no-cache'] : []),
    ...['--iidfile', plan.imageIdFile],
    ...(plan.targetStage === undefined ? [] : ['--target', plan.targetStage]),
    ...(plan.platform === undefined || plan.platform === plan.hostPlatform ? [] : ['--platform', plan.platform]),
    ...(plan.network === 'default' ? [] : ['--network', plan.network]),
    ...Object.entries(plan.buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...plan.secrets.flatMap((secret) => ['--secret', secret]),
    ...Object.entries(plan.namedFolders).flatMap(([name, folder]) => ['--build-context', `${name}=${folder}`]),
    ...plan.tags.flatMap((tag) => ['--tag', tag]),
    ...['--file', plan.dockerfile, plan.stagedFolder],
  ];
}
