// Writes a workspace with the same task graph as another one, in which every executor does nothing: what Nx itself costs.
//   node tools/bench/empty-workspace.mjs GRAPH_JSON FOLDER NODE_MODULES
// GRAPH_JSON is what `nx graph --file=…` wrote in the workspace that is compared.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [graphFile, folder, nodeModules] = process.argv.slice(2);
const { nodes } = JSON.parse(readFileSync(graphFile, 'utf8')).graph;

write('nx.json', { parallel: 8, analytics: false });
write('package.json', { name: 'empty', private: true });
write('.gitignore', 'node_modules\n.nx\ndist\n');
symlinkSync(nodeModules, join(folder, 'node_modules'));
write('empty/package.json', { name: 'empty-executors', executors: './executors.json' });
write('empty/executors.json', { executors: { nothing: { implementation: './nothing.cjs', schema: './schema.json' } } });
write('empty/schema.json', { $schema: 'https://json-schema.org/schema', type: 'object', properties: {} });
write('empty/nothing.cjs', 'module.exports.default = async () => ({ success: true });\n');
for (const { name, data } of Object.values(nodes)) {
  const targets = Object.entries(data.targets ?? {}).filter(([, { executor }]) => executor?.startsWith('nx-slipway:'));
  if (targets.length === 0) continue;
  write(join('projects', name, 'project.json'), {
    name,
    targets: Object.fromEntries(targets.map(([target, configuration]) => [target, emptyTarget(configuration)])),
  });
}

function emptyTarget({ dependsOn, cache }) {
  return {
    executor: './empty:nothing',
    cache: cache ?? false,
    inputs: ['{projectRoot}/project.json', { externalDependencies: [] }],
    outputs: [],
    ...(dependsOn ? { dependsOn } : {}),
  };
}

function write(path, content) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
}
