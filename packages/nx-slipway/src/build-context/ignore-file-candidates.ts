import { posix } from 'node:path';

/**
 * The ignore files that a build may have, workspace-relative, the first that exists counts.
 * In: workspace-relative paths of the root of the build context (`''` is the workspace) and of the Dockerfile; `null` for an additional build
 * context, which has none.
 * Rule: buildah's `ContainerIgnoreFile` (v1.28 to v1.43, podman 4.3 and later). BuildKit knows the two `.dockerignore` names, in the same order
 * (`dockerui`, v0.34.2); with docker the two others count too, since both engines shall give one image: see `isOfPodmanOnly`.
 */
export function listIgnoreFileCandidates(contextRoot: string, dockerfile: string | null): readonly string[] {
  return [
    ...(dockerfile === null ? [] : [`${dockerfile}.dockerignore`, `${dockerfile}.containerignore`]),
    posix.join(contextRoot, '.containerignore'),
    posix.join(contextRoot, '.dockerignore'),
  ];
}

/** Whether an ignore file is one that docker by itself would not look at. */
export function isOfPodmanOnly(ignoreFile: string): boolean {
  return ignoreFile.endsWith('.containerignore');
}
