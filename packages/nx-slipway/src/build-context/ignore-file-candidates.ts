import { posix } from 'node:path';

/**
 * The ignore files that a build may have, workspace-relative, the first that exists counts.
 * In: workspace-relative paths of the root of the build context (`''` is the workspace) and of the Dockerfile.
 * Rule: buildah's `ContainerIgnoreFile` (v1.28, podman 4.3 and later); BuildKit knows the two `.dockerignore` names, in the same order.
 */
export function listIgnoreFileCandidates(contextRoot: string, dockerfile: string): readonly string[] {
  return [
    `${dockerfile}.dockerignore`,
    `${dockerfile}.containerignore`,
    posix.join(contextRoot, '.containerignore'),
    posix.join(contextRoot, '.dockerignore'),
  ];
}
