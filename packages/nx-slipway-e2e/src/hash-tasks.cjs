/**
 * Prints the hashes that the installed Nx gives to all tasks of a target, as JSON by project: `node hash-tasks.cjs <target>`, in the
 * workspace's root. Nx has no public way to ask for them; the paths are those of Nx 23.2.
 */
process.env.NX_DAEMON = 'false';
const { join } = require('node:path');

const [target] = process.argv.slice(2);
const load = (path) => require(join(process.cwd(), 'node_modules', 'nx', 'dist', 'src', path));

async function main() {
  const graph = await load('project-graph/project-graph').createProjectGraphAsync();
  const projects = Object.keys(graph.nodes).filter((name) => graph.nodes[name].data.targets?.[target] !== undefined);
  const tasks = load('tasks-runner/create-task-graph').createTaskGraph(graph, {}, projects, [target], undefined, {});
  const hasher = load('hasher/create-task-hasher').createTaskHasher(graph, load('config/nx-json').readNxJson(), {});
  const all = Object.values(tasks.tasks);
  const hashes = await hasher.hashTasks(all, tasks, process.env, process.cwd());
  const byProject = all.map((task, index) => [task.target.project, hashes[index].value]);
  process.stdout.write(JSON.stringify(Object.fromEntries(byProject)));
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
