/** What Linux tells of a process (proc_pid_stat(5)). */
export interface ProcessStat {
  /** One letter: `T` is stopped, `Z` has ended. */
  readonly state: string;
  /** Process id of its parent. */
  readonly parent: number;
  /** Its start, in clock ticks since that of the machine. */
  readonly startTicks: number;
}

/**
 * Parses `/proc/<pid>/stat`; the name of the program, in parentheses, may hold spaces and parentheses. `undefined` for what is not
 * whole. Pure.
 */
export function parseProcessStat(stat: string): ProcessStat | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', parent, startTicks] = [fields[0], Number(fields[1]), Number(fields[19])];
  return state !== '' && Number.isFinite(parent) && Number.isFinite(startTicks)
    ? { state, parent, startTicks }
    : undefined;
}
