import { openNodeContainers } from '../../src/clusters/kind/node-containers';
import type { NodeContainer } from '../../src/clusters/kind/parse-node-listing';
import type { ClusterNode } from '../../src/clusters/transports/transport';
import type { Tools } from '../../src/exec/tools';
import { openTestNamespace, testTools, type TestNamespace } from './kind-test-cluster';

/** As the kernel's `nsenter` says it where a security module forbids what root asks for. */
const REFUSED = "nsenter: reassociate to namespace 'ns/mnt' failed: Operation not permitted\n";

/** Others than root always go through the engine. */
const describeForRoot = process.getuid?.() === 0 ? describe : describe.skip;

describeForRoot('A command in a node of kind', () => {
  let test: TestNamespace;
  let worker: NodeContainer;
  const commands: string[] = [];
  const lines: string[] = [];
  const open = (node: Partial<NodeContainer> = {}, change?: (tools: Tools) => Tools['runner']): ClusterNode => {
    const tools = { ...testTools(lines), env: { ...process.env, OURS: 'not theirs' } };
    const inner = change?.(tools) ?? tools.runner;
    const runner: Tools['runner'] = {
      run: (command, args, options) => {
        commands.push([command, ...args.slice(0, 1)].join(' ').replace(/=.*/, ''));
        return inner.run(command, args, options);
      },
    };
    return openNodeContainers(test.cluster.name, 'podman', { ...tools, runner }).open({ ...worker, ...node });
  };

  beforeAll(async () => {
    test = openTestNamespace('node-exec');
    const containers = await openNodeContainers(test.cluster.name, 'podman', testTools(lines)).list();
    worker = containers.find(({ role }) => role === 'worker')!;
  });
  beforeEach(() => commands.splice(0));
  afterAll(() => test.close());

  it('is run without the engine where this process is root beside it: same place, nothing of our environment', async () => {
    const { stdout } = await open().exec(['sh', '-c', 'hostname; pwd; echo "${OURS:-none}"; cat /proc/1/comm']);
    expect(stdout).toBe(`${worker.name}\n/\nnone\nsystemd\n`);
    expect(commands).toEqual(['nsenter --target']);
  });

  it('that fails is a result, with its exit code and what it said', async () => {
    const result = await open().exec(['sh', '-c', 'echo so >&2; exit 3']);
    expect(result).toMatchObject({ status: 'failed', exitCode: 3, stderr: 'so\n' });
    expect(commands).toEqual(['nsenter --target']);
  });

  it.each([
    ['the process is another one now', { pid: process.pid }],
    ['the listing does not say the process', { pid: undefined }],
  ])('is run by the engine where %s', async (_, node) => {
    expect((await open(node).exec(['hostname'])).stdout).toBe(`${worker.name}\n`);
    expect(commands).toEqual(['podman exec']);
  });

  it.each([
    ['is not installed', { status: 'not-found', stderr: '' }],
    ['is refused', { status: 'failed', stderr: REFUSED }],
  ] as const)('is run by the engine where nsenter %s, and from then on', async (_, outcome) => {
    const node = open({}, ({ runner }) => ({
      run: async (command, args, options) =>
        command === 'nsenter'
          ? { command, args, ...outcome, exitCode: undefined, signal: undefined, stdout: '', output: '', durationMs: 0 }
          : runner.run(command, args, options),
    }));
    for (let round = 0; round < 2; round++) expect((await node.exec(['hostname'])).stdout).toBe(`${worker.name}\n`);
    expect(commands).toEqual(['nsenter --target', 'podman exec', 'podman exec']);
  });

  it('that takes input is run by the engine until another has been seen to work', async () => {
    const node = open();
    expect((await node.exec(['cat'], { input: 'first' })).stdout).toBe('first');
    await node.exec(['true']);
    expect((await node.exec(['cat'], { input: 'then' })).stdout).toBe('then');
    expect(commands).toEqual(['podman exec', 'nsenter --target', 'nsenter --target']);
  });
});
