import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { SlipwayError } from '../../../errors/slipway-error';
import type { RunResult } from '../../../exec/process-runner';
import { isCounterFile, type CoverageFolders } from '../../coverage-folders';
import type { ClusterNode } from '../../transports/transport';
import { settleAll } from '../../transports/settle-all';
import { ownerLabelOf } from '../apply/ownership';
import type { KubernetesTools } from '../kubernetes-tools';
import { readRestartablePods } from './read-restartable-pods';
import { renderExit } from '../../../exec/render-exit';

/** What the folders of a Kubernetes cluster are reached by. */
export interface CoverageEdge {
  /** Opens the tools of the cluster. */
  readonly open: () => Promise<KubernetesTools>;
  readonly listNodes: () => Promise<readonly ClusterNode[]>;
}

/** In the nodes, which are gone with their cluster. */
const NODE_FOLDER = '/var/lib/nx-slipway/coverage';

/** So long a pod may take to end after its own grace period, which may be as long as this, too. */
const STOP_TIMEOUT_SECONDS = 120;

/** What a node's script ends with where it has no such folder. */
const ABSENT = 3;

const PREPARE = 'cd / && for name in "$@"; do mkdir -p "$0/$name" && chmod 1777 "$0/$name" || exit 1; done';
const LIST = `test -d "$0" || exit ${ABSENT}; ls -1 "$0"`;
const ARCHIVE = `test -d "$0" || exit ${ABSENT}; tar -C "$0" -cf - .`;
const REMOVE = 'cd "$0" && rm -f -- "$@"';

/**
 * The folders of a cluster whose nodes can be entered. Pods write to them by a hostPath: an emptyDir is removed with its pod, and what
 * is to be read is written when the pod ends.
 */
export function openCoverageFolders({ open, listNodes }: CoverageEdge): CoverageFolders {
  const pathOf: CoverageFolders['pathOf'] = async (owner) =>
    `${NODE_FOLDER}/${(await open()).target.namespace}/${ownerLabelOf(owner)}`;
  const onNodes = async (script: string, args: readonly string[]): Promise<readonly RunResult[]> =>
    settleAll((await listNodes()).map(async (node) => runOn(node, script, args)));
  return {
    pathOf,
    prepare: async (owner, names) => {
      await onNodes(PREPARE, [await pathOf(owner), ...names]);
    },
    list: async (owner) => {
      const listed = await onNodes(LIST, [await pathOf(owner)]);
      return [...new Set(listed.flatMap(({ stdout }) => stdout.split('\n').filter(Boolean)))];
    },
    flush: async (owners) => {
      const edge = await open();
      for (const [namespace, pods] of await readRestartablePods(owners, edge)) {
        const wait = ['--wait', '--ignore-not-found', `--timeout=${STOP_TIMEOUT_SECONDS}s`];
        await edge.kubectl.run(['delete', 'pods', ...pods, ...wait, `--namespace=${namespace}`], {
          namespaceFlag: false,
        });
      }
    },
    take: async (owner, name, target) => {
      const path = `${await pathOf(owner)}/${name}`;
      const { tools } = await open();
      await mkdir(target, { recursive: true });
      await settleAll(
        (await listNodes()).map((node) => takeFrom(node, path, target, tools.runner.run.bind(tools.runner))),
      );
    },
  };
}

type Run = KubernetesTools['tools']['runner']['run'];

async function takeFrom(node: ClusterNode, path: string, target: string, run: Run): Promise<void> {
  const archive = `${target}.${node.name}.tar`;
  const unpacked = `${target}.${node.name}`;
  try {
    const read = await node.exec(['sh', '-c', ARCHIVE, path], { outputTo: createWriteStream(archive) });
    if (read.exitCode === ABSENT) return;
    assertOk(read, node);
    await mkdir(unpacked, { recursive: true });
    assertOk(await run('tar', ['-xf', archive, '-C', unpacked]), node);
    const counters = (await readdir(unpacked)).filter(isCounterFile);
    assertOk(await run('cp', ['-R', `${unpacked}/.`, target]), node);
    if (counters.length > 0) await runOn(node, REMOVE, [path, ...counters]);
  } finally {
    await rm(archive, { force: true });
    await rm(unpacked, { recursive: true, force: true });
  }
}

async function runOn(node: ClusterNode, script: string, args: readonly string[]): Promise<RunResult> {
  const result = await node.exec(['sh', '-c', script, ...args]);
  return result.exitCode === ABSENT ? { ...result, stdout: '' } : assertOk(result, node);
}

function assertOk(result: RunResult, { name }: ClusterNode): RunResult {
  if (result.status === 'ok') return result;
  const status = renderExit(result);
  throw new SlipwayError('CLUSTER_COVERAGE_FAILED', { node: name, status }, { toolOutput: result.stderr });
}
