// Prints wall time, critical path and their ratio for one run of Nx.
//   node tools/bench/critical-path.mjs PROFILE TASK_GRAPH WALL_MS
// PROFILE is what Nx wrote for NX_PROFILE, TASK_GRAPH what `nx run … --graph=FILE.json` wrote.
import { readFileSync } from 'node:fs';

const [profileFile, graphFile, wallMs] = process.argv.slice(2);
const durations = new Map(
  JSON.parse(readFileSync(profileFile, 'utf8'))
    .filter(({ ph, name }) => ph === 'X' && /^[^\s:]+:[^\s:]+/.test(name))
    .map(({ name, dur }) => [name, dur / 1000]),
);
const dependencies = JSON.parse(readFileSync(graphFile, 'utf8')).tasks.dependencies;
const finished = new Map();

const longest = Object.keys(dependencies)
  .map(pathTo)
  .sort((a, b) => b.ms - a.ms)[0];
console.log(`wall ${seconds(Number(wallMs))}, critical path ${seconds(longest.ms)} (${longest.tasks.join(' > ')})`);
console.log(`wall / critical path: ${(Number(wallMs) / longest.ms).toFixed(2)}`);

function pathTo(task) {
  const known = finished.get(task);
  if (known) return known;
  const before = (dependencies[task] ?? [])
    .map((dependency) => pathTo(typeof dependency === 'string' ? dependency : dependency.id))
    .sort((a, b) => b.ms - a.ms)[0] ?? { ms: 0, tasks: [] };
  const path = { ms: before.ms + (durations.get(task) ?? 0), tasks: [...before.tasks, task] };
  finished.set(task, path);
  return path;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
