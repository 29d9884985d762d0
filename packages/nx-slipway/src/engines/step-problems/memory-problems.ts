/** What is known of a step that failed, besides what it printed. */
export interface FailedStepFacts {
  /** Of the step's own process; 137 is SIGKILL. `undefined` where the engine does not tell. */
  readonly exitCode: number | undefined;
  /** Processes that the kernel killed for want of memory while the build ran. */
  readonly oomKills: OomKills;
}

/** What the kernel counted while a build ran. */
export interface OomKills {
  /** On the whole machine; `undefined` where it cannot be read. */
  readonly ofMachine?: number | undefined;
}

/** Exit code of a process that was killed by SIGKILL, as a shell reports it. */
export const KILLED_EXIT_CODE = 137;

/** What programs print to which the kernel or a limit refused memory. Each has a recorded output in `fixtures/memory`. */
const SHORTAGES: readonly RegExp[] = [
  // errno 12 in the words of libc (ENOMEM), as shells, fork and mmap report it, and podman itself in the story that this began with.
  /^.*\bcannot allocate memory\b.*$/im,
  // Go's runtime (go 1.19 to 1.26; runtime/malloc.go, mem_linux.go, mpagealloc_64bit.go).
  /^(?:fatal error: (?:runtime: )?(?:out of memory|cannot allocate memory|failed to reserve page summary memory)|runtime: out of memory: ).*$/m,
  // Python's interpreter.
  /^MemoryError\b.*$/m,
  // GNU coreutils, GNU ld and gcc.
  /^.*: memory exhausted$/m,
  /^.*\bout of memory allocating \d+ bytes\b.*$/m,
];

/** What the parents of a process print that was killed by SIGKILL. */
const KILLS: readonly RegExp[] = [
  // The go command, of its compiler and linker.
  /^.*\bsignal: killed$/m,
  // gcc, of cc1, as and ld.
  /^.*\b(?:fatal error: Killed signal terminated program \S+|terminated with signal 9 \[Killed\]).*$/m,
  // make, and shells; podman of the step itself.
  /^make(?:\[\d+\])?: \*\*\* .*(?:Error 137|Killed)$/m,
  /^(?:.*: line \d+: .*\b)?Killed$/m,
  /^container exited on killed$/m,
];

/**
 * Why a failed step ran out of memory, in words; `undefined` where it did not. What a program prints that was refused memory counts
 * as it stands. A SIGKILL counts unless the kernel says that it killed nothing for want of memory meanwhile: then somebody else
 * sent it. podman's `OOMKilled` has no say: it is false for a real one under cgroup v1. Pure.
 * @param lastWords the end of the step's output
 */
export function findOutOfMemory(lastWords: string, { exitCode, oomKills }: FailedStepFacts): string | undefined {
  const shortage = firstMatch(SHORTAGES, lastWords);
  if (shortage !== undefined) return `it was refused memory ("${shortage}")`;
  const death = exitCode === KILLED_EXIT_CODE ? 'exit code 137' : firstMatch(KILLS, lastWords);
  if (death === undefined || oomKills.ofMachine === 0) return undefined;
  const witness = oomKills.ofMachine === undefined ? '' : ', and the kernel says that memory ran out meanwhile';
  return `its process was killed by SIGKILL (${death})${witness}`;
}

/** A sentence about a SIGKILL that was none for want of memory, as far as is known. Pure. */
export function renderKill({ ofMachine }: OomKills): string {
  return ofMachine === 0 ? ' That is SIGKILL, and not for want of memory: somebody else sent it.' : ' That is SIGKILL.';
}

function firstMatch(patterns: readonly RegExp[], text: string): string | undefined {
  for (const pattern of patterns) {
    const [line] = pattern.exec(text) ?? [];
    if (line !== undefined) return line.trim();
  }
  return undefined;
}
