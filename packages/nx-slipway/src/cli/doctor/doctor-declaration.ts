import type { CommandDeclaration } from '../command';

/** The command `doctor`. */
export const doctorDeclaration: CommandDeclaration = {
  name: 'doctor',
  summary: 'Finds what makes images be rebuilt, grow or differ without need.',
  description:
    'Reads the Dockerfiles and options of the images, and the shell scripts, Makefiles, npm scripts and CI workflows that git tracks. Needs no engine, changes nothing.',
  arguments: '[images…]',
  options: {
    json: { type: 'boolean', description: 'Prints the findings as JSON.' },
  },
  examples: [
    { command: 'npx nx-slipway doctor', effect: 'all images and scripts' },
    { command: 'npx nx-slipway doctor api', effect: 'the image api alone, no scripts' },
    { command: 'npx nx-slipway doctor --json', effect: 'for another program' },
  ],
  failsWhen: 'a warning was found',
  jsonShape: `{
  "schemaVersion": 1,
  "findings": [
    {
      "image": "name of the image, or null for a finding about the workspace",
      "file": "workspace-relative path, or null",
      "line": "number from 1, or null",
      "code": "a code of the catalogue",
      "severity": "warning or notice",
      "message": "what was found",
      "fix": "what to do about it"
    }
  ]
}`,
};
