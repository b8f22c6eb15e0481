# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Triggers that keep evidence in the database, whatever door is tried: SQL text, without Odoo.

A column that names a person may become empty, for a user may be deleted; it never names another.
"""

import re

NAME = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)

FUNCTION = """
CREATE OR REPLACE FUNCTION construction_evidence_guard() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0];
END $$ LANGUAGE plpgsql;
"""


PARENT = """
CREATE OR REPLACE FUNCTION construction_evidence_parent() RETURNS trigger AS $$
DECLARE
    line jsonb;
    closed boolean;
BEGIN
    -- a line neither leaves nor joins what is closed; one that goes with its parent finds none any more
    FOREACH line IN ARRAY ARRAY[CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END,
                                CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END] LOOP
        IF line IS NOT NULL THEN
            EXECUTE format('SELECT true FROM %I WHERE id = $1 AND (%s)', TG_ARGV[1], TG_ARGV[2])
               INTO closed USING (line->>TG_ARGV[3])::int;
            IF closed THEN
                RAISE EXCEPTION '%', TG_ARGV[0];
            END IF;
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$ LANGUAGE plpgsql;
"""


def guard(
    table,
    fixed=(),
    *,
    persons=(),
    closed="",
    settled=(),
    settled_persons=(),
    kept="true",
    parent=(),
    rows=True,
):
    """The statements that guard a table: rows are never deleted nor emptied out, some columns never change.

    :param fixed: columns that never change
    :param persons: columns that may become empty, and change in no other way
    :param str closed: when a row is closed, as a condition on ``row``
    :param settled: columns that do not change while a row stays closed
    :param settled_persons: the same, that may become empty
    :param str kept: which rows are never deleted, as a condition on ``OLD``
    :param parent: (column, table, condition on ``row``): of what is closed there no line comes, goes or
        changes in its ``fixed`` columns; instead of ``fixed`` for all
    :param bool rows: without, the rows have guards of their own
    """
    names = (table, *fixed, *persons, *settled, *settled_persons, *parent[:2])
    for name in names:
        if not NAME.fullmatch(name):
            raise ValueError(name)
    if not rows:
        return FUNCTION + whole(table)
    if parent:
        return FUNCTION + PARENT + whole(table) + _of_parent(table, fixed, *parent)
    changes = [f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in fixed]
    changes += [_person(name) for name in persons]
    statements = [_trigger(table, "keep", "DELETE", kept, "evidence is not deleted"), whole(table)]
    if changes:
        statements.append(
            _trigger(table, "fixed", "UPDATE", " OR ".join(changes), "evidence does not change")
        )
    changes = [f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in settled]
    changes += [_person(name) for name in settled_persons]
    if closed and changes:
        stays = f"({closed.replace('row.', 'OLD.')}) AND ({closed.replace('row.', 'NEW.')})"
        condition = f"{stays} AND ({' OR '.join(changes)})"
        statements.append(_trigger(table, "settled", "UPDATE", condition, "what is closed does not change"))
    return FUNCTION + "".join(statements)


def whole(table):
    """The statements that keep a table from being emptied at once, which no trigger of its rows sees."""
    name = f"{table}_evidence_whole"
    return (
        f"DROP TRIGGER IF EXISTS {name} ON {table};\n"
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT\n"
        f"EXECUTE FUNCTION construction_evidence_guard('{table}: evidence is not deleted');\n"
    )


def _person(name):
    return f"(NEW.{name} IS NOT NULL AND OLD.{name} IS DISTINCT FROM NEW.{name})"


def _trigger(table, what, event, condition, message):
    name = f"{table}_evidence_{what}"
    return (
        f"DROP TRIGGER IF EXISTS {name} ON {table};\n"
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN ({condition})\n"
        f"EXECUTE FUNCTION construction_evidence_guard('{table}: {message}');\n"
    )


def _of_parent(table, fixed, column, parent, closed):
    changes = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in (column, *fixed))
    condition = closed.replace("row.", f"{parent}.")
    said = f"'{table}: what is closed does not change', '{parent}', $${condition}$$, '{column}'"
    statements = []
    for event, when in (("INSERT", "true"), ("UPDATE", changes), ("DELETE", "true")):
        name = f"{table}_evidence_{event.lower()}"
        statements.append(
            f"DROP TRIGGER IF EXISTS {name} ON {table};\n"
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN ({when})\n"
            f"EXECUTE FUNCTION construction_evidence_parent({said});\n"
        )
    return "".join(statements)
