/**
 * The least that a plugin of Nx can be which gives each folder with a Dockerfile, and each loose Dockerfile, one target that does nothing.
 * What a command costs more with it than without is what Nx takes for any such plugin.
 */
const { dirname } = require('node:path');

const PATTERN = '{**/Dockerfile,**/*.Dockerfile}';

/** @param {readonly string[]} paths */
const infer = (paths) =>
  paths.map((path) => {
    const root = path.endsWith('.Dockerfile') ? path.slice(0, -'.Dockerfile'.length) : dirname(path);
    const project = { name: root.replaceAll('/', '-'), targets: { 'image-build': { executor: 'nx:noop' } } };
    return [path, { projects: { [root]: project } }];
  });

exports.createNodes = [PATTERN, infer];
exports.createNodesV2 = exports.createNodes;
