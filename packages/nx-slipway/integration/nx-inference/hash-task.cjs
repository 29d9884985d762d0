/**
 * Prints the hash that the installed Nx gives to a task: `node hash-task.cjs <folder of nx> <project:target>`, in the
 * workspace's root. Nx has no public way to ask for it; the paths are those of Nx 23.2.
 */
process.env.NX_DAEMON = 'false';
const { join } = require('node:path');

const [nxFolder, id] = process.argv.slice(2);
const load = (path) => require(join(nxFolder, 'dist', 'src', path));

async function main() {
  const graph = await load('project-graph/project-graph').createProjectGraphAsync();
  const [project, target] = id.split(':');
  const tasks = load('tasks-runner/create-task-graph').createTaskGraph(graph, {}, [project], [target], undefined, {});
  const hasher = load('hasher/create-task-hasher').createTaskHasher(graph, load('config/nx-json').readNxJson(), {});
  const all = Object.values(tasks.tasks);
  const hashes = await hasher.hashTasks(all, tasks, process.env, process.cwd());
  process.stdout.write(hashes[all.findIndex((task) => task.id === id)].value);
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
