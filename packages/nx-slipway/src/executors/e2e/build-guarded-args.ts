/** How long tests get to end in order when nobody waits for them any more. */
const GRACE_SECONDS = 5;

/**
 * The guard reads from file descriptor 3, whose other end only the executor has: it ends when the executor is gone, also by
 * `kill -9`, and then the whole process group of the tests is ended. The guard holds none of the tests' streams open.
 */
const GUARD = String.raw`
( read -r nothing <&3
  trap '' TERM
  kill -TERM 0
  sleep ${GRACE_SECONDS}
  kill -KILL 0
) >/dev/null 2>&1 &
guard=$!
command=$1
shift
/bin/sh -c "$command \"\$@\"" e2e "$@" 3<&-
status=$?
kill "$guard" 2>/dev/null
exit "$status"
`;

/** Arguments for `/bin/sh` that run a command line with further arguments, guarded. Needs a process group and a lifeline. Pure. */
export function buildGuardedArgs(command: string, args: readonly string[]): string[] {
  return ['-c', GUARD, 'e2e', command, ...args];
}
