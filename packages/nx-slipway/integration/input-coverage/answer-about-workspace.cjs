/**
 * Answers, for each line of JSON `{ "touched": [paths] }` on its input, with the hash that the installed Nx gives to every `image-build*`
 * task of the workspace as it is now, and the projects that `nx affected --files` would name: `node answer-about-workspace.cjs <folder of nx>`, in the
 * workspace's root. One process for all questions: a graph takes it milliseconds, a process of Nx a second. The paths are those of Nx 23.2.
 */
process.env.NX_DAEMON = 'false';
process.env.NX_ISOLATE_PLUGINS = 'false';
const { rmSync } = require('node:fs');
const { join } = require('node:path');
const { createInterface } = require('node:readline');

const [nxFolder] = process.argv.slice(2);
const load = (path) => require(join(nxFolder, 'dist', 'src', path));

async function answer({ touched }) {
  // What Nx remembers of files is by modification time in whole seconds, and edits of a test follow each other faster.
  rmSync(join(process.cwd(), '.nx', 'workspace-data', 'nx_files.nxt'), { force: true });
  load('utils/workspace-context').resetWorkspaceContext();
  const graph = await load('project-graph/project-graph').createProjectGraphAsync();
  const nxJson = load('config/nx-json').readNxJson();
  const projects = Object.keys(graph.nodes);
  const targets = new Set(projects.flatMap((name) => Object.keys(graph.nodes[name].data.targets ?? {})));
  const builds = [...targets].filter((name) => name.startsWith('image-build'));
  const tasks = load('tasks-runner/create-task-graph').createTaskGraph(graph, {}, projects, builds, undefined, {});
  const hasher = load('hasher/create-task-hasher').createTaskHasher(graph, nxJson, {});
  const all = Object.values(tasks.tasks);
  const envs = Object.fromEntries(all.map(({ id }) => [id, process.env]));
  const hashed = await hasher.hashTasks(all, tasks, envs, process.cwd());
  const { WholeFileChange } = load('project-graph/file-utils');
  const changes = touched.map((file) => ({ file, hash: '', getChanges: () => [new WholeFileChange()] }));
  const affected = await load('project-graph/affected/affected-project-graph').filterAffected(graph, changes);
  return {
    hashes: Object.fromEntries(all.map(({ id }, index) => [id, hashed[index].value])),
    affected: Object.keys(affected.nodes),
  };
}

let last = Promise.resolve();
createInterface({ input: process.stdin }).on('line', (line) => {
  last = last.then(async () => {
    const reply = await answer(JSON.parse(line)).catch((error) => ({ error: String(error.stack ?? error) }));
    process.stdout.write(`@${JSON.stringify(reply)}\n`);
  });
});
