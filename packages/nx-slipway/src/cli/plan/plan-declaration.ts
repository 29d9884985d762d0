import type { CommandDeclaration } from '../command';

/** The command `plan`. */
export const planDeclaration: CommandDeclaration = {
  name: 'plan',
  summary: 'Shows what each image would be built from, and whether it would be built.',
  description:
    'Works out, without building anything, the staged context of each image (of all images where none is named): its content key, files and bytes, base images, stamps, which lines of the Dockerfile make it wide, and what to write into the option `narrow`. No engine is needed; where one answers, the plan also says which image it would reuse.',
  arguments: '[images…]',
  options: {
    json: { type: 'boolean', description: 'Prints the whole plan as JSON, every file with its digest.' },
    files: { type: 'boolean', description: 'Lists the files of each staged context, too.' },
    narrowAsSuggested: {
      type: 'boolean',
      description: 'Answers as if every suggestion for `narrow` were taken and proven.',
    },
    engine: {
      type: 'string',
      valueName: 'name',
      description:
        'The engine that is asked for what could be reused: podman, docker, or none. Default: as the plugin options say.',
    },
  },
  examples: [
    { command: 'npx nx-slipway plan', effect: 'all images, in short' },
    { command: 'npx nx-slipway plan web --files', effect: 'what the image web is built from' },
    { command: 'npx nx-slipway plan --narrowAsSuggested', effect: 'what narrowing would save' },
    { command: 'npx nx-slipway plan --json', effect: 'the same for programs' },
  ],
  failsWhen: 'the build of an image would end in an error before an engine is started',
  jsonShape:
    '{ schemaVersion: 1, images: [{ project, target, image, dockerfile, contextRoot, files: [{ path, kind, mode, sha256 | link }], bytes, contentKey, bases: [{ reference, digest }], stamps, widened: [{ line, reason }], narrowing, suggestedNarrow, reuse: { engine, imageId } | null, unknown: { <field>: <why it is null> }, problems: [{ code, severity, message, hint }] }] }',
};
