import type { CommandDeclaration } from '../command';

/** Default of `--olderThan`. */
export const DEFAULT_GARBAGE_AGE = '7d';

/** The command `gc`. */
export const gcDeclaration: CommandDeclaration = {
  name: 'gc',
  summary: 'Removes what this plugin made on this machine and nothing needs any more.',
  description:
    'Looks at all that this plugin made on this machine, in whatever workspace: images in the engines (known by their label), layers that killed builds left finished, the memory of past builds, and podman clusters that nobody uses. A cluster whose workspace is gone and of which nothing runs goes at once, on podman or kind; a workspace counts as gone where the folder that it was in is there with something else in it, and not where that is away or empty too, as on a disk that is not mounted. What an image.json or applied.json of any workspace on this machine names, what a container is made from and what a running cluster needs stays in any case; so does what was made or used within the time of --olderThan. Removes each thing by its name, never by "prune".',
  arguments: '',
  options: {
    dryRun: { type: 'boolean', description: 'Removes nothing, and lists what would be removed, and why.' },
    olderThan: {
      type: 'string',
      valueName: 'age',
      description:
        'How long something must not have been used: hours, days or weeks, e.g. 12h, 7d or 2w; 0 for no time.',
      default: DEFAULT_GARBAGE_AGE,
    },
    json: { type: 'boolean', description: 'Prints what was (or would be) removed as JSON.' },
  },
  examples: [
    { command: 'npx nx-slipway gc --dryRun', effect: 'what would be removed, and why' },
    { command: 'npx nx-slipway gc', effect: 'removes it' },
    { command: 'npx nx-slipway gc --olderThan 0', effect: 'also what was used just now, if nothing needs it' },
  ],
  failsWhen: 'something could not be looked at or removed',
  jsonShape:
    '{ schemaVersion: 1, dryRun, collections: [{ title, problem: string | null, items: [{ name, reason, sizeBytes: number | null, problem: string | null }] }] }',
};
