import type { Engine } from '../../engines/image-store';
import { SlipwayError } from '../../errors/slipway-error';
import type { RunOptions, RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import type { ClusterNode } from '../transports/transport';
import { buildEnterArgs, isProcessOf, readProcessFacts } from './enter-node';
import { parseNodeListing, type NodeContainer } from './parse-node-listing';
import { renderExit } from '../../exec/render-exit';

/** The containers that are the nodes of one kind cluster. */
export interface NodeContainers {
  /** All of them, running or not, control plane first. @throws {SlipwayError} CLUSTER_KIND_NODES_FAILED, ENGINE_NOT_FOUND */
  list(): Promise<readonly NodeContainer[]>;
  /** Afterwards they run. @throws {SlipwayError} CLUSTER_KIND_NODES_FAILED */
  start(nodes: readonly NodeContainer[]): Promise<void>;
  /** A node as the transports see it. Opens nothing. */
  open(node: Pick<NodeContainer, 'name' | 'id' | 'pid'>): ClusterNode;
}

/** The label that kind gives to all containers of a cluster (kind v0.33, pkg/cluster/internal/providers/podman/constants.go). */
const CLUSTER_LABEL = 'io.x-k8s.kind.cluster';

/** Opens the nodes of a cluster on podman or docker; all commands end when the task is cancelled. */
export function openNodeContainers(
  cluster: string,
  engine: Engine,
  { runner, signal, env }: Pick<Tools, 'runner' | 'signal' | 'env'>,
): NodeContainers {
  const attempt = async (args: readonly string[], options?: RunOptions): Promise<RunResult> => {
    signal.throwIfAborted();
    const result = await runner.run(engine, args, { signal, ...options, env: { ...env, ...options?.env } });
    if (result.status === 'not-found') throw new SlipwayError('ENGINE_NOT_FOUND', { engine });
    if (result.status === 'cancelled') signal.throwIfAborted();
    return result;
  };
  const run = async (args: readonly string[]): Promise<RunResult> => {
    const result = await attempt(args);
    if (result.status === 'ok') return result;
    const status = renderExit(result);
    const facts = { command: [engine, ...args.slice(0, 1)].join(' '), status, cluster, engine };
    throw new SlipwayError('CLUSTER_KIND_NODES_FAILED', facts, { toolOutput: result.output });
  };
  return {
    list: async () => {
      // podman 4.3 puts "Up 2 minutes" where a template says State; docker's JSON is one object a line.
      const format = engine === 'podman' ? 'json' : '{{json .}}';
      const label = `label=${CLUSTER_LABEL}=${cluster}`;
      const { stdout } = await run(['ps', '--all', '--no-trunc', '--filter', label, '--format', format]);
      return parseNodeListing(stdout, cluster);
    },
    start: async (nodes) => {
      const paused = nodes.filter(({ state }) => state === 'paused').map(({ name }) => name);
      const stopped = nodes.filter(({ state }) => state !== 'paused' && state !== 'running').map(({ name }) => name);
      if (paused.length > 0) await run(['unpause', ...paused]);
      if (stopped.length > 0) await run(['start', ...stopped]);
    },
    open: (node) => ({ name: node.name, exec: openExec(node, attempt, { runner, signal, env }) }),
  };
}

/**
 * Runs commands in a node without its engine where that is possible: a `podman exec` costs 0.1 s of a core, and with two nodes on
 * two cores that is waited for; entering the container's namespaces costs 5 ms. It takes root and a container of this machine. Whether the
 * kernel allows it is known from the first command that has no input: one that was refused is given to the engine.
 */
function openExec(
  node: Pick<NodeContainer, 'name' | 'id' | 'pid'>,
  attempt: (args: readonly string[], options?: RunOptions) => Promise<RunResult>,
  { runner, signal, env }: Pick<Tools, 'runner' | 'signal' | 'env'>,
): ClusterNode['exec'] {
  const { name, pid } = node;
  let isAllowed: boolean | undefined = pid !== undefined && process.getuid?.() === 0 ? undefined : false;
  const enter = async (args: readonly string[], options?: RunOptions): Promise<RunResult | undefined> => {
    if (pid === undefined || isAllowed === false || (isAllowed === undefined && takesInput(options))) return undefined;
    if (!isProcessOf(node, await readProcessFacts(pid))) return undefined;
    signal.throwIfAborted();
    const result = await runner.run('nsenter', buildEnterArgs(pid, args), {
      signal,
      ...options,
      env: { ...env, ...options?.env },
    });
    if (result.status === 'cancelled') signal.throwIfAborted();
    if (takesInput(options)) return result;
    isAllowed = result.status !== 'not-found' && !/^nsenter: /m.test(result.stderr);
    return isAllowed ? result : undefined;
  };
  return async (args, options) =>
    (await enter(args, options)) ??
    attempt(['exec', ...(takesInput(options) ? ['--interactive'] : []), name, ...args], options);
}

function takesInput(options: RunOptions | undefined): boolean {
  return options?.input !== undefined || options?.inputFrom !== undefined;
}
