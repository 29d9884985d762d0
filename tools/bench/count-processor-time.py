"""Runs a command; prints how many milliseconds it took, and how many of the processor, those of the processes that it left behind too.

    python3 tools/bench/count-processor-time.py COMMAND...

Nx leaves its plugins' workers to end by themselves, so that no shell counts them: on Linux they become children of this process
(PR_SET_CHILD_SUBREAPER of prctl(2)), which waits for them. Its daemon does not end: with NX_DAEMON=true only the command is counted.
"""

import ctypes
import os
import resource
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36

has_daemon = os.environ.get("NX_DAEMON") == "true"
if not has_daemon and ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
    raise OSError(ctypes.get_errno(), "prctl")

start = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
took = time.monotonic() - start
if done.returncode != 0:
    sys.stderr.buffer.write(done.stdout)
    sys.exit(done.returncode)
while not has_daemon:
    try:
        os.wait()
    except ChildProcessError:
        break
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(round(took * 1000), round((used.ru_utime + used.ru_stime) * 1000))
