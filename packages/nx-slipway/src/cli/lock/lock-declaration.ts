import type { CommandDeclaration } from '../command';

/** The command `lock`. */
export const lockDeclaration: CommandDeclaration = {
  name: 'lock',
  summary: 'Pins the base images of the workspace in slipway.lock.json.',
  description:
    'Looks up the digest of every base image that a Dockerfile of the workspace names (FROM, COPY --from and RUN --mount) and that no project builds, and writes it to slipway.lock.json. What is pinned stays as it is unless --update is given; entries that nothing uses any more are removed, except for recipes. The digest is that of the manifest list where the registry has one, so that it holds for every platform. Digests are looked up with skopeo or, where that is missing, with podman.',
  arguments: '[references…]',
  options: {
    check: {
      type: 'boolean',
      description: 'Writes nothing, shows what would change, and fails if anything would.',
    },
    update: {
      type: 'boolean',
      description: 'Looks existing pins up again: those of the given references, or all.',
    },
  },
  examples: [
    { command: 'npx nx-slipway lock', effect: 'pins what is not pinned yet' },
    { command: 'npx nx-slipway lock --update', effect: 'takes the newest image of every reference' },
    { command: 'npx nx-slipway lock --update docker.io/library/debian:bookworm-slim', effect: 'of this one alone' },
    { command: 'npx nx-slipway lock --check', effect: 'for CI: fails if a base image is not pinned' },
  ],
  failsWhen: 'a base image could not be pinned, or with --check the file is not up to date',
};
