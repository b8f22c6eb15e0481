# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Run a Python program whose forked processes end when it does, however it ends.

    python group.py PROGRAM ARGUMENTS...

The child of queue_job's runner outlives a master that was killed, keeps its advisory lock, and nothing
is processed until somebody kills it. Here the kernel does.
"""

import ctypes
import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1


def follow_parent(libc, parent):
    """In a child just forked: be killed when the parent is gone, also if it is gone already."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def main():
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):  # Linux
        master = os.getpid()
        parents = [master]
        os.register_at_fork(
            before=lambda: parents.append(os.getpid()),
            after_in_parent=parents.pop,
            after_in_child=lambda: follow_parent(libc, parents.pop()),
        )
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
