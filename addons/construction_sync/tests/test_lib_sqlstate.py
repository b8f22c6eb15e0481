# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import psycopg2
import pytest
from psycopg2 import errors

from ..lib import sqlstate


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.SerializationFailure(), sqlstate.AGAIN),
        (errors.DeadlockDetected(), sqlstate.AGAIN),
        (errors.UniqueViolation(), sqlstate.AGAIN),
        (errors.ConnectionFailure(), sqlstate.LOST),
        (errors.AdminShutdown(), sqlstate.LOST),
        (errors.CrashShutdown(), sqlstate.LOST),
        (errors.CannotConnectNow(), sqlstate.LOST),
        (psycopg2.OperationalError("server closed the connection unexpectedly"), sqlstate.LOST),
        (psycopg2.InterfaceError("cursor already closed"), sqlstate.LOST),
        (errors.DiskFull(), sqlstate.FULL),
        (errors.TooManyConnections(), sqlstate.FULL),
        (errors.OutOfMemory(), sqlstate.FULL),
        (errors.LockNotAvailable(), sqlstate.LOCKED),
        (errors.QueryCanceled(), sqlstate.TIMEOUT),
        # operational by class, permanent by nature
        (errors.ProgramLimitExceeded(), sqlstate.PERMANENT),
        (errors.StatementTooComplex(), sqlstate.PERMANENT),
        (errors.ForeignKeyViolation(), sqlstate.PERMANENT),
        (errors.InFailedSqlTransaction(), sqlstate.PERMANENT),
        (psycopg2.ProgrammingError("no results to fetch"), sqlstate.PERMANENT),
        (ValueError(), sqlstate.PERMANENT),
        (MemoryError(), sqlstate.PERMANENT),
    ],
)
def test_verdict(error, expected):
    assert sqlstate.verdict(error) == expected


def raised_from(inner, outer, explicit):
    try:
        try:
            raise inner
        except Exception as error:
            if explicit:
                raise outer from error
            raise outer  # noqa: B904  (what is tested: the context that Python keeps by itself)
    except Exception as error:
        return error


@pytest.mark.parametrize("explicit", [True, False])
def test_state_behind_a_wrapped_error(explicit):
    error = raised_from(errors.DiskFull(), ValueError("could not be stored"), explicit)
    assert sqlstate.verdict(error) == sqlstate.FULL


def test_state_that_was_put_aside_does_not_count():
    try:
        try:
            raise errors.DiskFull()
        except Exception:
            raise ValueError("of another kind") from None
    except ValueError as error:
        assert sqlstate.verdict(error) == sqlstate.PERMANENT


def test_no_sql_and_no_value_in_what_a_person_reads():
    error = raised_from(errors.UniqueViolation("Key (acc_number)=(DE89) exists"), ValueError("x"), True)
    for text in (sqlstate.describe(error), sqlstate.trace(error)):
        assert "DE89" not in text
        assert "unique violation" in text


def test_an_error_that_cannot_speak():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError("no word")

    assert sqlstate.describe(Mute()) == "Mute"
    assert sqlstate.trace(Mute()) == "Mute\n"


@pytest.mark.parametrize("text", ["a\x00b", "half \ud800 pair", "x" * 10**6])
def test_text_fits_a_column(text):
    found = sqlstate.describe(ValueError(text))
    assert len(found) <= 300
    found.encode()
    assert "\x00" not in found
