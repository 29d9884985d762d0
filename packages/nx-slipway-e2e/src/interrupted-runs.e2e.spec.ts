import { execFileSync } from 'node:child_process';
import { listBuildIds, listBuildRemains } from './build-remains';
import { eventually } from './eventually';
import { FreshWorkspace } from './fresh-workspace';
import { findProcesses, findProcessesIn, kill } from './processes';
import type { StartedCommand } from './started-command';

/** How a run of nx is interrupted. */
type Interruption = readonly [title: string, interrupt: (nx: StartedCommand) => void];

const ORDERLY: readonly Interruption[] = [
  ['Ctrl-C', (nx) => nx.pressControlC()],
  ['SIGTERM for nx', (nx) => nx.terminate()],
  ['kill -9 of nx', (nx) => nx.kill()],
];
const INTERRUPTIONS: readonly Interruption[] = [
  ...ORDERLY,
  ['kill -9 of nx and of all that it started', (nx) => nx.killWithDescendants()],
  ['kill -9 of the executor alone', (nx) => killExecutor(nx)],
];

/** A command that runs until it is stopped, and is found by its number, which no other process has. */
const FOREVER = `sleep ${1_000_000_000 + process.pid}`;

describe('interrupted runs', () => {
  let workspace: FreshWorkspace;
  const isRunning = (): boolean => findProcesses(FOREVER).length > 0;
  const nothingRuns = (): Promise<void> =>
    eventually('the end of all that nx started', () => findProcessesIn(workspace.root).length === 0);

  beforeAll(() => {
    workspace = new FreshWorkspace('23.2.1');
    expect(workspace.nx('run', 'cluster:cluster-up')).toMatchObject({ exitCode: 0 });
  });
  afterAll(() => workspace?.destroy());

  it.each(INTERRUPTIONS)(
    '%s in the middle of a build: the next run succeeds, and nothing is left',
    async (title, interrupt) => {
      const project = workspace.writeService('build', { run: `echo '${title}' && ${FOREVER}` });
      const nx = workspace.startNx('run', `${project}:image-build`);
      await eventually('the RUN step', isRunning);
      const builds = listBuildIds(workspace.machineStore);
      expect(builds).toHaveLength(1);
      interrupt(nx);
      await nx.ended();
      await nothingRuns();
      workspace.writeService('build', { run: `echo '${title}'` });
      expect(workspace.nx('run', `${project}:image-build`)).toMatchObject({ exitCode: 0 });
      expect(isRunning()).toBe(false);
      expect(listBuildRemains(builds, workspace.machineStore)).toEqual([]);
    },
  );

  it.each(INTERRUPTIONS)('%s in the middle of a deploy: the next one succeeds', async (_title, interrupt) => {
    const neverReady = ['readinessProbe: {periodSeconds: 1, exec: {command: [cat, /no-such-file]}}'];
    const project = workspace.writeService('deploy', { container: neverReady });
    const before = listContainers(project);
    const nx = workspace.startNx('run', `${project}:deploy-only`);
    await eventually('a new container', () => listContainers(project).some((id) => !before.includes(id)));
    interrupt(nx);
    await nx.ended();
    await nothingRuns();
    workspace.writeService('deploy');
    expect(workspace.nx('run', `${project}:deploy-only`)).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining(`${project}: deployed and ready`) as string,
    });
    expect(listContainers(project)).toHaveLength(1);
  });

  it.each<Interruption>([...ORDERLY, ['kill -9 of the executor alone', (nx) => killExecutor(nx)]])(
    '%s in the middle of the tests: ends the test command and what it started',
    async (_title, interrupt) => {
      const command = `${FOREVER} & ${FOREVER}; wait`;
      const project = workspace.writeService('tests', { testOptions: { command } });
      const nx = workspace.startNx('run', `${project}:e2e`);
      await eventually('the test command', () => findProcesses(FOREVER).length >= 2);
      interrupt(nx);
      await nx.ended();
      await eventually('the end of the test command', () => !isRunning());
      await nothingRuns();
    },
  );

  it('two runs of one target at the same time build once, and both succeed', async () => {
    const project = workspace.writeService('twice', { run: 'sleep 2' });
    const runs = [1, 2].map(() => workspace.startNx('run', `${project}:image-build`, '--skip-nx-cache'));
    const results = await Promise.all(runs.map((run) => run.ended()));
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const outcomes = results.map(({ output }) => /: (built|reused)/.exec(output)?.[1]);
    expect(outcomes.sort()).toEqual(['built', 'reused']);
  });
});

/** Nx runs each task in a process that loads this file. */
function killExecutor(nx: StartedCommand): void {
  const executors = nx.descendants().filter(({ commandLine }) => commandLine.includes('run-executor'));
  expect(executors).toHaveLength(1);
  for (const { pid } of executors) kill(pid);
}

/** IDs of the running containers of a project's only pod. */
function listContainers(project: string): string[] {
  const listed = execFileSync('podman', ['ps', '--format', '{{.ID}} {{.Names}}'], { encoding: 'utf8' });
  return listed.split('\n').flatMap((line) => (line.includes(`${project}-0_`) ? [line.split(' ')[0] ?? ''] : []));
}
