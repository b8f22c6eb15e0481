# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a failure means for whoever is at work: by its SQLSTATE, never by its Python class.

Source: PostgreSQL's appendix "Error Codes". ``OperationalError`` is the parent of passing faults and of
permanent ones (54000, program limit exceeded), and says nothing.
"""

import contextlib
import traceback

import psycopg2
from psycopg2 import errorcodes, errors

AGAIN = "again"  # a fresh snapshot cures it: take the same again at once
LOST = "lost"  # the session or its server is gone: nobody's fault
FULL = "full"  # disk, memory or connections are used up: nobody's fault
LOCKED = "locked"  # somebody holds the row: others can go on
TIMEOUT = "timeout"  # a statement took too long: passing once
PERMANENT = "permanent"

_LOST = ("08", "57P")
_FULL = ("53",)


def _codes():
    """SQLSTATE by class, for errors that no server sent: {class: code}"""
    found = {}
    for code in vars(errorcodes).values():
        if isinstance(code, str) and len(code) == 5:
            # classes of codes and warnings have none
            with contextlib.suppress(KeyError):
                found[errors.lookup(code)] = code
    return found


_CODES = _codes()


def sqlstate(error):
    """The SQLSTATE behind an error, or None when no statement failed.

    A connection that broke reports none of its own: it counts as 08006, connection failure.

    >>> sqlstate(errors.DiskFull())
    '53100'
    >>> sqlstate(psycopg2.InterfaceError("connection already closed"))
    '08006'
    >>> sqlstate(ValueError("no statement"))
    """
    for found in _chain(error):
        if not isinstance(found, psycopg2.Error):
            continue
        code = found.pgcode or _CODES.get(type(found))
        if code:
            return code
        if type(found) in (psycopg2.OperationalError, psycopg2.InterfaceError):
            return "08006"
    return None


def verdict(error, fresh=False):
    """What to do about a failure: AGAIN, LOST, FULL, LOCKED, TIMEOUT or PERMANENT.

    A key that is taken (23505) may have been written by another session since the snapshot was
    taken: a fresh one tells.

    :param bool fresh: the snapshot was fresh, or another cannot change what was found

    >>> verdict(errors.ProgramLimitExceeded())
    'permanent'
    >>> verdict(errors.DeadlockDetected())
    'again'
    >>> verdict(ZeroDivisionError())
    'permanent'
    """
    code = sqlstate(error)
    if code is None:
        return PERMANENT
    if code.startswith("40") or code == "23505" and not fresh:
        return AGAIN
    if code.startswith(_LOST):
        return LOST
    if code.startswith(_FULL):
        return FULL
    return {"55P03": LOCKED, "57014": TIMEOUT}.get(code, PERMANENT)


def name_of(code):
    """A SQLSTATE in words, such as "disk full".

    >>> name_of("53100")
    'disk full'
    >>> name_of("XX999")
    'XX999'
    """
    try:
        return errorcodes.lookup(code).lower().replace("_", " ")
    except KeyError:
        return code


def describe(error, limit=300):
    """An error in one line for a person: of a failed statement its state only, no SQL and no values."""
    code = sqlstate(error)
    if code:
        return f"{name_of(code)} (SQLSTATE {code})"
    try:
        text = str(error)
    except Exception:  # pylint: disable=broad-except
        # an error that cannot even say what it is must not hide that something failed
        text = ""
    text = clean(text)
    name = type(error).__name__
    return f"{name}: {text}"[:limit] if text else name


def place(error):
    """(table, column) that a failed statement was about, as far as the server says so; else (None, None)"""
    for found in _chain(error):
        diag = getattr(found, "diag", None)
        if diag is not None and diag.table_name:
            return diag.table_name, diag.column_name
    return None, None


def clean(text):
    """Text as a column takes it: no NUL, no half of a surrogate pair.

    >>> clean("a\\x00b")
    'ab'
    """
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def trace(error, limit=8000):
    """Where an error came from, frame by frame, its causes first; no SQL and no values of statements."""
    parts = []
    for found in reversed(list(_chain(error))):
        parts += traceback.format_tb(found.__traceback__)
        parts.append(describe(found, 1000) + "\n")
    return clean("".join(parts))[-limit:]


def _chain(error):
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
