import type { CommandDeclaration } from '../command';
import { DEFAULT_COMMITS } from './contexts/change-history';

/** The command `doctor`. */
export const doctorDeclaration: CommandDeclaration = {
  name: 'doctor',
  summary: 'Finds what makes images be rebuilt, grow or differ without need.',
  description:
    'Reads the Dockerfiles and options of the images, what git says of the last commits, and the shell scripts, Makefiles, npm scripts and CI workflows that git tracks. For each image it shows the folders of the staged context that are the largest and that change most often. What it proposes, it has planned. Without `--fix` it changes nothing, and without `--verify` it needs no engine.',
  arguments: '[images…]',
  options: {
    json: { type: 'boolean', description: 'Prints the findings as JSON.' },
    fix: {
      type: 'boolean',
      description:
        'Writes what can be written: build arguments that are stamps become `stamps`, suggestions for `narrow` go into project.json (or package.json), lines into the ignore file. Each change is printed.',
    },
    verify: {
      type: 'boolean',
      description:
        'Builds each image as it is and as it is proposed, and proposes only what gives the same image. Needs an engine, and its time.',
    },
    commits: {
      type: 'string',
      valueName: 'number',
      default: String(DEFAULT_COMMITS),
      description: 'How many commits are looked at for what changes often.',
    },
    engine: {
      type: 'string',
      valueName: 'name',
      description: 'For `--verify`: podman or docker. Default: as the plugin options say.',
    },
  },
  examples: [
    { command: 'npx nx-slipway doctor', effect: 'all images and scripts' },
    { command: 'npx nx-slipway doctor api', effect: 'the image api alone, no scripts' },
    { command: 'npx nx-slipway doctor --fix', effect: 'writes what can be written' },
    { command: 'npx nx-slipway doctor --fix --verify', effect: 'the same, after building both ways' },
    { command: 'npx nx-slipway doctor --json', effect: 'for another program' },
  ],
  failsWhen: 'a warning was found that --fix did not remedy',
  jsonShape: `{
  "schemaVersion": 1,
  "contexts": [
    {
      "image": "name of the image",
      "files": "number of files in its staged context",
      "bytes": "their size",
      "history": {
        "commits": "how many commits were looked at, or null",
        "rebuilds": "how many of them changed what the image is built from, or null",
        "limit": "why they are fewer than asked for, or null"
      },
      "directories": [
        {
          "path": "relative to the build context",
          "files": "number",
          "bytes": "number",
          "commits": "how many commits changed it, or null",
          "lines": [{ "line": "number", "text": "the instruction that brings it in" }]
        }
      ]
    }
  ],
  "findings": [
    {
      "image": "name of the image, or null for a finding about the workspace",
      "file": "workspace-relative path, or null",
      "line": "number from 1, or null",
      "code": "a code of the catalogue",
      "severity": "warning or notice",
      "message": "what was found",
      "fix": "what to do about it",
      "fixable": "whether --fix does it"
    }
  ],
  "written": ["with --fix: a line for each change"],
  "notWritten": ["with --fix: a line for each change that has to be made by hand"]
}`,
};
