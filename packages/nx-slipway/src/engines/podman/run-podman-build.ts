import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import { guardByParent } from '../guard-by-parent';
import { listStepProcesses } from './build-cgroup';
import type { BuildFolder } from './build-folder';
import { killProcess } from './build-processes';

/** How long podman may take to clean up after its RUN step was killed; measured: 0.25 s. */
const ORDERLY_END_MS = 3_000;
const POLL_MS = 50;

/** A `podman build` to run. */
export interface PodmanBuildRun {
  readonly args: readonly string[];
  readonly folder: BuildFolder;
  /** Default: no limit. */
  readonly timeoutMs?: number;
  readonly onLine: (line: string) => void;
  /** Called with podman's process as soon as it runs. */
  readonly onStart: (pid: number) => void;
}

/** How a `podman build` came to its end: by itself, or stopped by us. */
export interface EndedBuild {
  readonly result: RunResult;
  readonly ending: 'by-itself' | 'cancelled' | 'timed-out';
}

/**
 * Runs podman in a session of its own, so that a Ctrl-C in the terminal reaches only us. When the signal aborts or the time is
 * over, the RUN step and podman are stopped. When this process is killed, the kernel kills podman (`setpriv --pdeathsig`,
 * where it is installed); what then runs on is found by the build's cgroup and TMPDIR.
 */
export async function runPodmanBuild(run: PodmanBuildRun, tools: Tools): Promise<EndedBuild> {
  const ended = new AbortController();
  const stopped: Stop = { ending: 'by-itself', work: Promise.resolve() };
  let pid: number | undefined;
  const stop = (ending: EndedBuild['ending']): void => {
    if (stopped.ending !== 'by-itself' || ended.signal.aborted) return;
    stopped.ending = ending;
    stopped.work = stopBuild(pid, run.folder, ended.signal, tools);
  };
  const cancel = (): void => stop('cancelled');
  const guarded = await guardByParent('podman', run.args, tools);
  tools.signal.addEventListener('abort', cancel, { once: true });
  const limit = run.timeoutMs === undefined ? undefined : timeOut(run.timeoutMs, ended.signal, tools, stop);
  try {
    const result = await tools.runner.run(guarded.command, guarded.args, {
      env: { ...tools.env, TMPDIR: run.folder.temporaryFolder },
      ownProcessGroup: true,
      onLine: run.onLine,
      onStart: (started) => {
        pid = started;
        run.onStart(started);
        if (tools.signal.aborted) cancel();
      },
    });
    return { result, ending: stopped.ending };
  } finally {
    ended.abort();
    tools.signal.removeEventListener('abort', cancel);
    await Promise.all([stopped.work, limit]);
  }
}

interface Stop {
  ending: EndedBuild['ending'];
  work: Promise<void>;
}

async function timeOut(
  timeoutMs: number,
  ended: AbortSignal,
  tools: Tools,
  stop: (ending: EndedBuild['ending']) => void,
): Promise<void> {
  await tools.clock.sleep(timeoutMs, ended);
  if (!ended.aborted) stop('timed-out');
}

/**
 * Kills the RUN step first: podman then sees a failed step and removes its containers, network and files by itself. Where no
 * step runs, or podman takes too long, podman is killed.
 */
async function stopBuild(
  pid: number | undefined,
  folder: BuildFolder,
  ended: AbortSignal,
  tools: Tools,
): Promise<void> {
  const deadline = tools.clock.now() + ORDERLY_END_MS;
  if (killRunStep(folder) > 0) {
    while (!ended.aborted && tools.clock.now() < deadline) {
      await tools.clock.sleep(POLL_MS, ended);
      if (!ended.aborted) killRunStep(folder);
    }
  }
  if (!ended.aborted && pid !== undefined) killProcess(-pid);
}

function killRunStep(folder: BuildFolder): number {
  return listStepProcesses(folder.id).filter(killProcess).length;
}
