# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The ways in which a database, a session and Python can fail in the middle of a handler."""

import contextlib

from psycopg2 import errors as database

from odoo.exceptions import AccessError, LockError, MissingError, UserError, ValidationError

from odoo.addons.construction_sync import errors
from odoo.addons.queue_job.exception import RetryableJobError

# as a trigger or a function of the database would raise them
SQLSTATES = (
    "40001",
    "40P01",
    "08006",
    "53100",
    "53200",
    "53300",
    "55P03",
    "57014",
    "57P01",
    "54000",
    "22003",
    "23503",
    "23505",
    "25P02",
    "42P01",
    "P0001",
    "XX000",
)


class MuteError(Exception):
    def __str__(self):
        raise RuntimeError("cannot even say what it is")


def _raising(error):
    def trouble(env):
        raise error()

    return trouble


def _raising_in_sql(code):
    def trouble(env):
        env.cr.execute(f"DO $$ BEGIN RAISE EXCEPTION 'secret' USING ERRCODE = '{code}'; END $$")

    return trouble


def _recursion(env):
    _recursion(env)


def _too_large_for_an_index(env):
    env.cr.execute(
        "CREATE TEMP TABLE IF NOT EXISTS trouble_wide (t text UNIQUE) ON COMMIT DROP;"
        "INSERT INTO trouble_wide SELECT string_agg(md5(i::text), '') FROM generate_series(1, 400) i"
    )


def _slow(env):
    env.cr.execute("SET LOCAL statement_timeout = '30ms'; SELECT pg_sleep(3)")


def _killed_session(env):
    env.cr.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def _swallowed(env):
    with contextlib.suppress(database.DivisionByZero):
        env.cr.execute("SELECT 1 / 0")


def _dangling(env):
    env.cr.execute("INSERT INTO res_partner_bank (acc_number, partner_id) VALUES ('x', 2000000000)")


def _at_commit(env):
    env.cr.execute(
        "CREATE TEMP TABLE trouble_parent (id int PRIMARY KEY);"
        "CREATE TEMP TABLE trouble_child (id int REFERENCES trouble_parent DEFERRABLE INITIALLY DEFERRED);"
        "INSERT INTO trouble_child VALUES (7)"
    )


def _outcome(**wrong):
    """An error that cannot be written as it is."""

    def trouble(env):
        values = {name: make(env) for name, make in wrong.items()}
        category = values.pop("category", None)
        error = errors.SyncError(values.pop("sentence", "Something is wrong."), **values)
        if category:
            error.category = category
        raise error

    return trouble


def _gone(model):
    return lambda env: env[model].browse(2000000000)


TROUBLES = {
    **{f"sqlstate {code}": _raising_in_sql(code) for code in SQLSTATES},
    **{
        f"raises {error.__name__}": _raising(error)
        for error in (
            ZeroDivisionError,
            KeyError,
            MemoryError,
            AssertionError,
            StopIteration,
            TimeoutError,
            SystemExit,
            GeneratorExit,
            MuteError,
            database.DiskFull,
            database.SerializationFailure,
            database.ProgramLimitExceeded,
        )
    },
    **{
        f"refuses by {error.__name__}": _raising(lambda error=error: error("No, \x00 \ud800 never."))
        for error in (UserError, ValidationError, AccessError, MissingError, LockError, RetryableJobError)
    },
    "recursion": _recursion,
    "half a pair": _raising(lambda: ValueError("\ud800 \x00")),
    "endless text": _raising(lambda: ValueError("x" * 10**6)),
    "too large for an index": _too_large_for_an_index,
    "slow statement": _slow,
    "killed session": _killed_session,
    "closed connection": lambda env: env.cr._cnx.close(),
    "closed cursor": lambda env: env.cr._obj.close(),
    "swallowed error": _swallowed,
    "dangling reference": _dangling,
    "fails at commit": _at_commit,
    "commits": lambda env: env.cr.commit(),
    "rolls back": lambda env: env.cr.rollback(),
    "hook before commit": lambda env: env.cr.precommit.add(_raising(ZeroDivisionError).__get__(env)),
    "hook after commit": lambda env: env.cr.postcommit.add(_raising(ZeroDivisionError).__get__(env)),
    "waits for nothing": _raising(lambda: errors.WaitingFor("note", "\x00" * 3)),
    "lacks a text": _raising(lambda: errors.MissingReference("note", "k" * 5000, "res.partner")),
    "deleted job": _outcome(job=_gone("project.project")),
    "deleted supplier": _outcome(partner=_gone("res.partner")),
    "deleted document": _outcome(record=_gone("res.partner")),
    "deleted owner": _outcome(owner=_gone("res.users")),
    "unknown category": _outcome(category=lambda env: "weather"),
    "unknown severity": _outcome(severity=lambda env: "extreme"),
    "figures of no kind": _outcome(figures=lambda env: {"a": object()}),
    "endless cause": _outcome(cause_key=lambda env: "漢" * 5000),
    "sentence of no kind": _outcome(sentence=lambda env: object()),
    "endless sentence": _outcome(sentence=lambda env: "漢\x00" * 5000),
}
# nothing stops these: they are done, and their hook is a line in the log
HARMLESS = {"hook after commit"}
