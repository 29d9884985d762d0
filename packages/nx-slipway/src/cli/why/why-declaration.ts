import type { CommandDeclaration } from '../command';

/** The command `why`. */
export const whyDeclaration: CommandDeclaration = {
  name: 'why',
  summary: 'Tells why an image would be built again, or why it was.',
  description:
    'Compares the working tree with the last build of the image on this machine: which files were added, changed or removed, which argument or base image changed, and through which line of the Dockerfile (and which imports of Go) each file comes in. Where nothing changed since, it tells why the last build was made.',
  arguments: '<image>',
  options: {
    json: { type: 'boolean', description: 'Prints the comparison as JSON.' },
    all: { type: 'boolean', description: 'Lists every difference; without it the first twenty.' },
  },
  examples: [
    { command: 'npx nx-slipway why web', effect: 'what is different since the last build of the image web' },
    { command: 'npx nx-slipway why web --json', effect: 'the same for programs' },
  ],
  failsWhen: 'the image cannot be planned',
  jsonShape:
    '{ schemaVersion: 1, image, compared: "working tree" | "last build" | null, contentKey, previousKey, entries: [{ path, change: "added" | "changed" | "removed", origin: { line, text, chain } | null }], settings: [{ name, before, now }] }',
};
