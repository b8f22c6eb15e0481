# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from contextlib import contextmanager
from datetime import datetime, timezone
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from psycopg2.errors import LockNotAvailable

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.construction_base.tests.fakes import add_fake_models, remove_fake_models
from odoo.addons.queue_job.exception import RetryableJobError

from ..lib import ordering
from ..models import construction_accept
from .troubles import HARMLESS, TROUBLES

HANDLER = "construction.handler.test.trouble.made"
STEPS = ("keys", "resolve", "before", "after")
GOOD = 50
TABLES = (
    "construction_message_history",
    "construction_message_record",
    "construction_exception",
    "construction_crosswalk",
    "construction_message",
    "construction_inbound_delivery",
)
QUIET = (
    "odoo.sql_db",
    "odoo.addons.construction_sync.models.construction_accept",
    "odoo.addons.construction_sync.models.construction_exception_open",
    "odoo.addons.construction_sync.models.construction_message_lane",
    "odoo.addons.base.models.ir_rule",
)


@tagged("post_install", "-at_install")
class TestIsolation(BaseCase):
    """Whatever goes wrong with some messages, fifty others of their shard are done: on real connections."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # imported here, for a model of Odoo's is registered where its class is made
        from .trouble_handler import TroubleHandler

        cls.registry = Registry(get_db_name())
        cls.count = 0
        with cls._env() as env:
            add_fake_models(env, TroubleHandler)
            cls.handler = TroubleHandler
            cls.addClassCleanup(cls._remove)
            kind = env["construction.event.type"].create(
                {
                    "name": "test.trouble.made",
                    "version": 1,
                    "handler_model": HANDLER,
                    "schema_text": json.dumps({"type": "object"}),
                }
            )
            source = env["construction.source"].create(
                {
                    "name": "Trouble",
                    "code": "trouble",
                    "owner_id": env.ref("base.user_admin").id,
                    "event_type_ids": [(6, 0, kind.ids)],
                }
            )
            source._make_service_user()
            env["construction.source.credential"]._issue(source)
            source.action_go_live()
            cls.source_id, cls.kind_id, cls.user_id = source.id, kind.id, source.user_id.id
        cls.subjects = {}

    @classmethod
    def _remove(cls):
        with cls._env() as env:
            # evidence is not deleted: the triggers that say so are put aside for what a test has left
            for table in TABLES:
                column = "message_id" if table.endswith(("history", "record")) else "source_id"
                which = (
                    "= %s"
                    if column == "source_id"
                    else ("IN (SELECT id FROM construction_message WHERE source_id = %s)")
                )
                env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                if table == "construction_exception":
                    env.cr.execute(
                        "UPDATE construction_message SET exception_id = NULL WHERE source_id = %s",
                        [cls.source_id],
                    )
                env.cr.execute(f"DELETE FROM {table} WHERE {column} {which}", [cls.source_id])
                env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            env.cr.execute("DELETE FROM queue_job WHERE model_name = 'construction.message'")
            env.cr.execute("DELETE FROM res_partner WHERE name LIKE 'trouble %'")
            env.cr.execute(
                "ALTER TABLE construction_exception DISABLE TRIGGER USER;"
                "DELETE FROM construction_exception WHERE cause_key LIKE 'database:%';"
                "ALTER TABLE construction_exception ENABLE TRIGGER USER"
            )
            source = env["construction.source"].browse(cls.source_id)
            source.action_suspend()
            source.unlink()
            env["construction.event.type"].browse(cls.kind_id).unlink()
            env["res.users"].browse(cls.user_id).unlink()
            remove_fake_models(env, cls.handler)

    @classmethod
    @contextmanager
    def _env(cls):
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _subjects(self, count):
        """Subjects of one shard, as many as there are events."""
        found = (
            f"trouble {self.count} {n}"
            for n in range(10**6)
            if ordering.shard_of(f"{self.source_id}:trouble {self.count} {n}") == 3
        )
        return [next(found) for _n in range(count)]

    def _accept(self, all_data):
        type(self).count += 1
        events = [
            {
                "specversion": "1.0",
                "id": subject,
                "source": "/tests",
                "type": "test.trouble.made",
                "time": "2026-02-03T10:00:00Z",
                "subject": subject,
                "dataschema": "https://example.com/v1",
                "data": {"name": subject, **data},
            }
            for subject, data in zip(self._subjects(len(all_data)), all_data, strict=True)
        ]
        delivery = {
            "webhook_id": f"trouble-{self.count}",
            "body_hash": str(self.count),
            "body": b"{}",
            "content_type": "application/cloudevents-batch+json",
            "headers_text": "{}",
            "credential_id": None,
            "received_at": datetime.now(timezone.utc).replace(tzinfo=None),
        }
        with self._env() as env:
            config = env["construction.source"]._runtime("trouble")
            results = env["construction.accept"]._accept(config, delivery, events)
            messages = env["construction.message"]
            return [messages.search([("receipt", "=", result["receipt"])]).id for result in results]

    def _run(self, ids):
        """What the job runner does: one job after the other, until none of these can be taken now."""
        with mute_logger(*QUIET):
            for _job in range(12):
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    lane = env["construction.message"].browse(ids[0]).lane
                    try:
                        env["construction.message"]._run_shard(lane, 3)
                    except RetryableJobError:
                        cr.rollback()
                if "received" not in self._states(ids):
                    break

    def _states(self, ids):
        with self._env() as env:
            return env["construction.message"].browse(ids).mapped("state")

    def _problems(self, ids):
        with self._env() as env:
            return env["construction.message"].browse(ids).mapped("problem")

    def _later(self, ids, interval):
        """As it is after an interval."""
        with self._env() as env:
            env.cr.execute(
                "UPDATE construction_message SET next_try_at = next_try_at - %(by)s::interval,"
                " failing_since = failing_since - %(by)s::interval"
                " WHERE id = ANY(%(ids)s) AND state = 'retry'",
                {"ids": ids, "by": interval},
            )

    def test_lock_of_a_person(self):
        """P7: who holds a row holds up what needs it, and nothing else."""
        with self._env() as env:
            held = env["res.partner"].create({"name": "trouble held"}).id
        ids = self._accept([{}] * 3 + [{"trouble": "held row", "step": "before"}] + [{}] * 3)
        TROUBLES["held row"] = lambda env: env["res.partner"].browse(held).write({"comment": "changed"})
        self.addCleanup(TROUBLES.pop, "held row")
        with self.registry.cursor() as person:
            person.execute("UPDATE res_partner SET color = 1 WHERE id = %s", [held])
            self._run(ids)
            self.assertEqual(self._states(ids), ["done"] * 3 + ["retry"] + ["done"] * 3, self._problems(ids))
            self.assertEqual(self._problems(ids)[3], "somebody is at work on a record that it needs")
            person.rollback()
        self._later(ids, "1 minute")
        self._run(ids)
        self.assertEqual(set(self._states(ids)), {"done"})

    def test_held_where_it_comes_in(self):
        """Who holds the row of a source or a company holds up no web worker: the sender tries again."""
        wait = "SET LOCAL lock_timeout = '50ms'"
        with self.registry.cursor() as person:
            person.execute("SELECT FROM construction_source WHERE id = %s FOR UPDATE", [self.source_id])
            with patch.object(construction_accept, "WAIT_LITTLE", wait), mute_logger("odoo.sql_db"):
                with self.assertRaises(LockNotAvailable):
                    self._accept([{}])
            person.rollback()
        # what is stored is answered, though the job for it can only be left later
        model = self.registry["construction.message"]
        with patch.object(model, "_wake_shard", side_effect=LockNotAvailable), mute_logger(*QUIET):
            ids = self._accept([{}])
        self._run(ids)
        self.assertEqual(self._states(ids), ["done"])

    def test_full_disk(self):
        """D30: what fails for want of disk counts against none, is told once, and holds up nothing else."""
        full = {"trouble": "sqlstate 53100", "step": "before"}
        ids = self._accept([full] * 8 + [{}] * 10)
        self._run(ids)
        self._later(ids, "1 minute")
        self._run(ids)
        self.assertEqual(self._states(ids), ["retry"] * 8 + ["done"] * 10, self._problems(ids))
        with self._env() as env:
            messages = env["construction.message"]
            messages._watch_database()
            item = env["construction.exception"].search(
                [("cause_key", "=", "database:53"), ("state", "=", "open")]
            )
            self.assertIn("disk full", item.sentence)
            self.assertEqual(messages.browse(ids).mapped("attempts"), [0] * 18, "it counts against none")
        # with disk again they are done, and the item closes
        self.addCleanup(TROUBLES.update, {"sqlstate 53100": TROUBLES["sqlstate 53100"]})
        TROUBLES["sqlstate 53100"] = lambda env: None
        self._later(ids, "1 hour")
        self._run(ids)
        self.assertEqual(set(self._states(ids)), {"done"})
        with self._env() as env:
            env["construction.message"]._watch_database()
            self.assertEqual(env["construction.exception"].browse(item.id).state, "resolved")

    def test_failure_that_cannot_even_be_noted(self):
        ids = self._accept([{}] * 2 + [{"trouble": "sqlstate 54000", "step": "after"}] + [{}] * 2)
        with self._env() as env:
            # as a trigger of another addon might
            env.cr.execute(
                f"""
                CREATE FUNCTION trouble_refuse() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN RAISE EXCEPTION 'never' USING ERRCODE = 'P0001'; END $$;
                CREATE TRIGGER trouble_refuse BEFORE UPDATE ON construction_message
                    FOR EACH ROW WHEN (OLD.id = {int(ids[2])}) EXECUTE FUNCTION trouble_refuse();
                """
            )
        try:
            self._run(ids)
            self.assertEqual(self._states(ids), ["done"] * 2 + ["received"] + ["done"] * 2)
        finally:
            with self._env() as env:
                env.cr.execute("DROP FUNCTION trouble_refuse() CASCADE")
        self._run(ids)
        self._later(ids, "1 minute")
        self._run(ids)
        self.assertEqual(self._states(ids)[2], "dead")

    @settings(
        max_examples=12,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    @given(
        st.lists(
            st.tuples(st.sampled_from(sorted(TROUBLES)), st.sampled_from(STEPS), st.integers(0, GOOD)),
            min_size=1,
            max_size=4,
        )
    )
    @example([("hook before commit", "keys", 25), ("refuses by ValidationError", "keys", 1)])
    def test_fifty_are_done_and_the_others_are_told(self, bad):
        all_data = [{} for _n in range(GOOD)]
        for trouble, step, position in bad:
            all_data.insert(position, {"trouble": trouble, "step": step})
        ids = self._accept(all_data)
        self._run(ids)
        self._later(ids, "1 minute")
        self._run(ids)
        self._check_good(ids, all_data)
        for _day in range(3):
            self._later(ids, "25 hours")
            self._run(ids)
        self._check_good(ids, all_data)
        with self._env() as env:
            env["construction.message"]._tell_of_stopped()
            for message, data in zip(env["construction.message"].browse(ids), all_data, strict=True):
                if not data or data["trouble"] in HARMLESS:
                    continue
                self.assertTrue(message.problem, data)
                if message.state != "waiting":
                    self.assertIn(message.state, ("exception", "dead"), data)
                    self.assertEqual(message.exception_id.state, "open", data)
                for text in (message.problem, *message.history_ids.mapped("note")):
                    self.assertNotIn("secret", text, "no words of the database reach a person")

    def _check_good(self, ids, all_data):
        with self._env() as env:
            messages = env["construction.message"].browse(ids)
            for message, data in zip(messages, all_data, strict=True):
                if not data:
                    self.assertEqual(message.state, "done", f"{message.problem} beside {all_data}")
                    self.assertEqual(len(message.record_ids), 1)
            names = [message.subject for message in messages]
            made = env["res.partner"].search([("name", "in", names)]).mapped("name")
            self.assertEqual(len(made), len(set(made)), "nothing happens twice")
            done = messages.filtered(lambda message: message.state == "done").mapped("subject")
            self.assertEqual(sorted(made), sorted(done), "what is not done has left nothing behind")
