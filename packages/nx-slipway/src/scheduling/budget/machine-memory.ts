import { readFileSync } from 'node:fs';
import { readCgroupLimits, type CgroupLimit } from '../measuring/cgroup-memory';

/** What a machine tells of its memory. */
export interface MemoryReading {
  /** All that there is. */
  readonly totalMiB: number;
  /** What can be had without swapping; `undefined` where only the total is known, as of a virtual machine. */
  readonly availableMiB: number | undefined;
  /** Limits that hold for builds. */
  readonly limits: readonly CgroupLimit[];
  /** The share of the last ten seconds in which some task waited for memory, in percent; `undefined` where the kernel does not tell. */
  readonly pressurePercent: number | undefined;
}

/**
 * Reads this machine's memory; `undefined` where there is no /proc (macOS, Windows), where engines have a virtual machine of their own.
 * @param cgroup absolute folder of the cgroup in which builds run, or will
 */
export function readMachineMemory(cgroup: string): MemoryReading | undefined {
  const meminfo = readText('/proc/meminfo');
  const memory = meminfo === undefined ? undefined : parseMeminfo(meminfo);
  if (memory === undefined) return undefined;
  const pressure = readText('/proc/pressure/memory');
  return {
    ...memory,
    limits: readCgroupLimits(cgroup),
    pressurePercent: pressure === undefined ? undefined : parsePressure(pressure),
  };
}

/** Parses `/proc/meminfo` (proc_meminfo(5)); `undefined` where it does not tell what is there. Pure. */
export function parseMeminfo(text: string): Pick<MemoryReading, 'totalMiB' | 'availableMiB'> | undefined {
  const amounts = new Map(
    [...text.matchAll(/^(\w+):\s+(\d+) kB$/gm)].map(([, name = '', kB]) => [name, Number(kB) / 1_024]),
  );
  const totalMiB = amounts.get('MemTotal');
  // Linux before 3.14 has no MemAvailable.
  const availableMiB = amounts.get('MemAvailable') ?? amounts.get('MemFree');
  return totalMiB === undefined || availableMiB === undefined ? undefined : { totalMiB, availableMiB };
}

/** Parses `/proc/pressure/memory` (Documentation/accounting/psi.rst): `avg10` of its line `some`. Pure. */
export function parsePressure(text: string): number | undefined {
  const avg10 = /^some avg10=(\d+(?:\.\d+)?)/m.exec(text)?.[1];
  return avg10 === undefined ? undefined : Number(avg10);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
