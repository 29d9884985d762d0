/** The two families of rules: BuildKit's and podman's (buildah, imagebuilder). */
export type Dialect = 'buildkit' | 'podman';
