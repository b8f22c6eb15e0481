# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A guard against what would not end: for tests of texts that a stranger chooses."""

import contextlib
import signal


@contextlib.contextmanager
def ends(seconds=30):
    """Stop a test that would run for minutes or years; it says nothing of how fast what ends is."""

    def stop(_number, _frame):
        raise AssertionError("it does not end")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
