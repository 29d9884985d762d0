import type { Clock } from '../../exec/tools';
import { readCgroupUsage } from './cgroup-memory';
import { openOomKillCounter } from './oom-kills';
import { readProcessTreeMiB } from './process-tree-memory';

/** What a whole build was seen to need. */
export interface Measurement {
  /** The most anonymous and shared memory that was held at once, as sampled. */
  readonly peakMiB: number;
  /** It was never more than this, by the kernel's own account, which counts page cache too; `undefined` where there is no such account. */
  readonly upperBoundMiB: number | undefined;
  /** Processes of the build that the kernel was seen to kill for want of memory. Under cgroup v1 a kill that ends a RUN step may be missed. */
  readonly oomKills: number;
  /** Processes of the whole machine, those of the build included, that the kernel killed for want of memory meanwhile: with 0 it was none of the build's. */
  readonly oomKillsOnMachine: number;
}

/** Where the processes of a build are found. */
export type BuildProcesses =
  /** Absolute folder of the cgroup that all of them are in; it may not be there yet. */
  | { readonly kind: 'cgroup'; readonly folder: string }
  | { readonly kind: 'process-tree'; readonly pid: number }
  /** They run where this process cannot look, and why: a virtual machine, a daemon of another machine. */
  | { readonly kind: 'unseen'; readonly reason: string };

/** Follows the memory of one build, which may take several attempts of an engine. */
export interface MemoryMeter {
  /**
   * Samples until the returned function is called, which has to be before the build's cgroup is removed, and reads once more.
   * The peak is kept over several of them.
   */
  follow(processes: BuildProcesses): () => void;
}

/** A meter with what it has read. */
export interface ReadableMeter extends MemoryMeter {
  /** `undefined` where nothing could be measured. */
  measurement(): Measurement | undefined;
  /** Why nothing can be measured. */
  unseenBecause(): string | undefined;
}

/** What a meter needs. */
export interface MeterOptions {
  readonly clock: Pick<Clock, 'sleep'>;
  /** Called with each sample. */
  readonly onSample: (usedMiB: number, cgroups: readonly string[]) => void;
}

/** A few times a second: what a process allocates takes longer to be filled. A sample of a cgroup costs 0.1 ms. */
export const CGROUP_INTERVAL_MS = 250;
/**
 * Of a process tree, each process costs. Between two samples is two hundred times what one took of the processor, so that they take half of 1 % of a core; of a
 * tree so large that this would be more than some seconds, one hundred times.
 */
const TREE_INTERVAL_MS = { least: 250, most: 5_000, timesCost: 200, leastTimesCost: 100 };

/** Opens a meter. */
export function openMemoryMeter({ clock, onSample }: MeterOptions): ReadableMeter {
  const peaks: Measurement[] = [];
  let unseen: string | undefined;
  const kills = openOomKillCounter();
  return {
    follow(processes) {
      if (processes.kind === 'unseen') {
        unseen = processes.reason;
        return () => undefined;
      }
      const sample = (): void => {
        const measured = readMemory(processes);
        if (!measured) return;
        peaks.push(highest([...peaks.splice(0), measured.reading]));
        onSample(measured.heldMiB, processes.kind === 'cgroup' ? [processes.folder] : []);
      };
      const ended = new AbortController();
      void sampleUntil(ended.signal, sample, processes.kind, clock);
      return () => {
        ended.abort();
        sample();
      };
    },
    unseenBecause: () => unseen,
    measurement() {
      const [peak] = peaks;
      return peak && { ...peak, oomKillsOnMachine: kills.countSince() ?? 0 };
    },
  };
}

async function sampleUntil(
  ended: AbortSignal,
  sample: () => void,
  kind: BuildProcesses['kind'],
  clock: Pick<Clock, 'sleep'>,
): Promise<void> {
  while (!ended.aborted) {
    // Not by the clock: where the machine is busy a sample takes long, and costs no more.
    const before = process.cpuUsage();
    sample();
    const { user, system } = process.cpuUsage(before);
    const costMs = (user + system) / 1_000;
    await clock.sleep(kind === 'cgroup' ? CGROUP_INTERVAL_MS : intervalOfTree(costMs), ended);
  }
}

/** How long to wait after a sample of a process tree that took `costMs` of the processor's time. Pure. */
export function intervalOfTree(costMs: number): number {
  const { least, most, timesCost, leastTimesCost } = TREE_INTERVAL_MS;
  return Math.max(least, Math.min(most, costMs * timesCost), costMs * leastTimesCost);
}

function readMemory(
  processes: Exclude<BuildProcesses, { kind: 'unseen' }>,
): { readonly heldMiB: number; readonly reading: Measurement } | undefined {
  if (processes.kind === 'process-tree') {
    const heldMiB = readProcessTreeMiB(processes.pid);
    return heldMiB === undefined
      ? undefined
      : { heldMiB, reading: { peakMiB: heldMiB, upperBoundMiB: undefined, oomKills: 0, oomKillsOnMachine: 0 } };
  }
  const usage = readCgroupUsage(processes.folder);
  if (!usage) return undefined;
  const { heldMiB, peakMiB: upperBoundMiB, oomKills } = usage;
  return { heldMiB, reading: { peakMiB: heldMiB, upperBoundMiB, oomKills, oomKillsOnMachine: 0 } };
}

function highest(readings: readonly Measurement[]): Measurement {
  const bounds = readings.map(({ upperBoundMiB }) => upperBoundMiB).filter((bound) => bound !== undefined);
  return {
    peakMiB: Math.max(...readings.map(({ peakMiB }) => peakMiB)),
    upperBoundMiB: bounds.length === 0 ? undefined : Math.max(...bounds),
    oomKills: Math.max(...readings.map(({ oomKills }) => oomKills)),
    oomKillsOnMachine: 0,
  };
}
