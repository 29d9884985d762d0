/**
 * Prints, as JSON, the project graph that the installed Nx makes and the hash that it gives to each target of a project:
 * `node graph-and-hash.cjs <folder of nx> <project>`, in the workspace's root. The paths are those of Nx 22.7 to 24.0.
 */
process.env.NX_DAEMON = 'false';
const { join } = require('node:path');

const [nxFolder, project] = process.argv.slice(2);
const load = (path) => require(join(nxFolder, 'dist', 'src', path));

async function main() {
  const graph = await load('project-graph/project-graph').createProjectGraphAsync();
  const targets = Object.keys(graph.nodes[project].data.targets);
  const tasks = load('tasks-runner/create-task-graph').createTaskGraph(graph, {}, [project], targets, undefined, {});
  const hasher = load('hasher/create-task-hasher').createTaskHasher(graph, load('config/nx-json').readNxJson(), {});
  const all = Object.values(tasks.tasks);
  const hashed = await hasher.hashTasks(all, tasks, process.env, process.cwd());
  const hashes = Object.fromEntries(all.map(({ target }, index) => [target.target, hashed[index].value]));
  const { nodes, dependencies } = graph;
  process.stdout.write(JSON.stringify({ hashes, graph: { nodes, dependencies } }));
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
