// Times `createNodes` of the built plugin in a workspace, in this process: the first call, and the median of those after it.
//   node tools/bench/time-inference.mjs FOLDER ROUNDS
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const [folder, roundsText] = process.argv.slice(2);
const { createNodes } = createRequire(join(folder, 'package.json'))('nx-slipway');
const [pattern, infer] = createNodes;
const nxJsonConfiguration = JSON.parse(readFileSync(join(folder, 'nx.json'), 'utf8'));
const wanted = toRegularExpression(pattern);
const paths = listFiles('').filter((path) => wanted.test(path));

const took = [];
let images = 0;
for (let round = 0; round <= Number(roundsText); round++) {
  const start = performance.now();
  const nodes = await infer(paths, {}, { nxJsonConfiguration, workspaceRoot: folder });
  took.push(performance.now() - start);
  const targets = nodes.flatMap(([, { projects }]) =>
    Object.values(projects).flatMap((project) => Object.values(project.targets)),
  );
  images = targets.filter(({ executor }) => executor === 'nx-slipway:image-build').length;
}
const [first, ...later] = took;
const median = later.toSorted((a, b) => a - b)[Math.floor(later.length / 2)];
process.stdout.write(`${JSON.stringify({ images, firstMs: Math.round(first), medianMs: Math.round(median) })}\n`);

function listFiles(below) {
  const entries = readdirSync(join(folder, below), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (['node_modules', '.nx'].includes(entry.name)) return [];
    return entry.isDirectory() ? listFiles(path) : [path];
  });
}

/** Of `{**\/a,b/*.c}`, which is all that the plugin's pattern uses. */
function toRegularExpression(glob) {
  const alternatives = glob
    .slice(1, -1)
    .split(',')
    .map((alternative) =>
      alternative
        .replaceAll('.', '\\.')
        .replaceAll(/\*\*\/|\*/g, (wildcard) => (wildcard === '*' ? '[^/]*' : '(?:.*/)?')),
    );
  return new RegExp(`^(?:${alternatives.join('|')})$`);
}
