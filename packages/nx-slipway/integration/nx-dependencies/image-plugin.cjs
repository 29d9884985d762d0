/** Gives `apps/web` the targets in `tmp/inputs.json`, name to inputs. Nx does not hash that file: as with a plugin that computes them. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

exports.name = 'image-plugin';
exports.createNodesV2 = [
  'apps/web/package.json',
  (files, _options, { workspaceRoot }) => {
    const inputsByTarget = JSON.parse(readFileSync(join(workspaceRoot, 'tmp', 'inputs.json'), 'utf8'));
    const entries = Object.entries(inputsByTarget).map(([name, inputs]) => [
      name,
      { executor: 'nx:run-commands', options: { command: 'true' }, cache: true, inputs },
    ]);
    return files.map((file) => [file, { projects: { 'apps/web': { targets: Object.fromEntries(entries) } } }]);
  },
];
exports.createNodes = exports.createNodesV2;
