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
      description: 'Answers as if every suggestion for `narrow` were taken, and all of `narrow` were proven.',
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
  jsonShape: `{
  "schemaVersion": 1,
  "images": [
    {
      "project": "name of the project",
      "target": "name of its target",
      "image": "name of the image",
      "dockerfile": "workspace-relative path",
      "contextRoot": "workspace-relative folder of the build context, a dot for the root",
      "files": [
        {
          "path": "relative to contextRoot; sorted",
          "kind": "file, directory or link",
          "mode": "0644 or 0755; 0777 for a link",
          "sha256": "64 hex characters, for a file alone",
          "link": "what is written in it, for a link alone"
        }
      ],
      "bytes": "sum of the files' sizes",
      "contentKey": "64 hex characters, or null",
      "bases": [{ "reference": "as the Dockerfile names it", "digest": "what it is keyed by, or null where nothing pins it" }],
      "stamps": { "name of a build argument": "its value, as the options have it" },
      "widened": [{ "line": "of the Dockerfile, or null", "reason": "why more is in than may be needed" }],
      "narrowing": "none, proven, trusted or unproven",
      "suggestedNarrow": "a value for the option narrow, or null",
      "reuse": "null, or { engine, imageId }: the image that would be taken in place of a build",
      "unknown": { "contentKey, files or reuse": "why it cannot be known" },
      "problems": [{ "code": "a code", "severity": "error, warning or notice", "message": "what is wrong", "hint": "what to do about it" }]
    }
  ]
}`,
};
