import type { CommandDeclaration } from '../command';

/** The command `prove`. */
export const proveDeclaration: CommandDeclaration = {
  name: 'prove',
  summary: 'Proves that narrowed builds give the images that full builds give.',
  description:
    'Builds each image that has the option `narrow` twice, with its full build context and with the narrowed one, and compares the images file by file. A proof is written to slipway.lock.json; it is void as soon as the Dockerfile, its build arguments, the ignore file or the rules change. A rule is refused where a RUN line that sees the narrowed files runs what is not known to leave a trace in the image of all that it reads (`go test ./...`, `make`, a script), or asks for a file that is not there yet (`test -f`), where the image has the narrowed folder, or one in it, as it was copied, and where the rule leaves nothing out. Where two full builds differ already, the image cannot be proven, and the files that cannot be reproduced are named. An image that cannot be built is reported, and the others are still proven.',
  arguments: '[images…]',
  options: {
    json: { type: 'boolean', description: 'Prints the verdicts as JSON.' },
    all: { type: 'boolean', description: 'Lists every file that differs; without it the first twenty.' },
    missing: { type: 'boolean', description: 'Leaves out images whose narrowing is proven already.' },
    engine: { type: 'string', valueName: 'name', description: 'podman or docker. Default: as the plugin options say.' },
  },
  examples: [
    { command: 'npx nx-slipway prove web', effect: 'builds web twice, and keeps the proof' },
    { command: 'npx nx-slipway prove --missing', effect: 'proves what is not proven yet' },
  ],
  failsWhen: 'a narrowing could not be proven',
  jsonShape:
    '{ schemaVersion: 1, images: [{ image, status: "proven" | "refused" | "nothing-left-out" | "narrowed-build-fails" | "wrong" | "not-reproducible" | "failed" | "nothing-to-prove", reads: [{ line, command, reason }], surviving: [{ line, text }], problem, wrong: [{ path, kind }], unstable: [{ path, kind }], fullBytes, narrowedBytes }] }',
};
