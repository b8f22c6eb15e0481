# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import json
import os
from contextlib import contextmanager, suppress
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..lib import environment
from .common import HANDLER, HubCommon
from .fake_handler import FakeNoteHandler

TEXT = base64.b64encode(b"tried and undone" * 50)


@tagged("post_install", "-at_install")
class TestTrial(HubCommon):
    """Test and production: what a test source sends is run to the end and leaves nothing."""

    def setUp(self):
        super().setUp()
        self.other = self.make_source("second")
        self.sequences = self.env["ir.sequence"].create(
            [
                {"name": "Tried", "code": "tried"},
                {"name": "Tried by year", "code": "tried.year", "use_date_range": True},
            ]
        )
        self.sequences[1].next_by_id()
        apply = FakeNoteHandler._apply

        def noisy(handler, works):
            apply(handler, works)
            for work in works:
                record = handler.env["res.partner"].browse(work.traces[-1][1].id)
                # Odoo forgets what is kept in its cache of the transaction
                with suppress(ValueError), handler.env.cr.savepoint():
                    raise ValueError
                handler.env["ir.attachment"].sudo().create({"name": "tried.txt", "datas": TEXT})
                handler.env["mail.mail"].sudo().create({"subject": "tried", "email_to": "a@example.com"})
                record.sudo().message_post(body="tried")
                handler.env["res.users"].browse(handler.env.uid)._bus_send("tried", {})
                for code in ("tried", "tried.year"):
                    self.numbers.append(handler.env["ir.sequence"].sudo().next_by_code(code))

        self.numbers = []
        self.patch(type(self.env[HANDLER]), "_apply", noisy)

    @contextmanager
    def named(self, kind="production", **changed):
        parameter = self.env["ir.config_parameter"].sudo().get_param
        here = {
            "uuid": parameter("database.uuid"),
            "database": self.env.cr.dbname,
            "base_url": parameter("web.base.url"),
            **changed,
        }
        with patch.dict(os.environ, {environment.VARIABLE: environment.name_of(kind, **here)}):
            yield

    def say_all(self):
        manager = self.users["integration_manager"]
        self.env["construction.source"].search([("state", "=", "live")]).with_user(manager).action_say_test()

    def left(self):
        """What of a trial could be left."""
        return {
            "partners": self.env["res.partner"].search_count([("name", "=like", "N-%")]),
            "files": self.env["ir.attachment"].search_count([("name", "=", "tried.txt")]),
            "mails": self.env["mail.mail"].search_count([("subject", "=", "tried")]),
            "keys": self.env["construction.crosswalk"].search_count([("kind", "=", "note")]),
            "items": self.Exception.search_count([("source_id", "=", self.source.id)]),
            "effects": self.env["construction.message.record"].search_count([]),
            "bus": self.env["bus.bus"].sudo().search_count([]),
            "numbers": self.drawn(),
            "jobs": self.env["queue.job"].search_count([("method_name", "=", "_release_ready")]),
        }

    def drawn(self):
        """The next number of each sequence."""
        self.env.flush_all()
        self.env.invalidate_all()
        ranges = self.sequences.date_range_ids
        return self.sequences.mapped("number_next_actual") + ranges.mapped("number_next_actual")

    def test_until_the_first_is_said_all_work_as_before(self):
        with self.named():
            message = self.delivered(self.note("N-1"))
            self.run_all()
        self.assertEqual(message.state, "done", "of none anything was said yet")
        self.say_all()
        message = self.delivered(self.note("N-2"))
        self.run_all()
        self.assertEqual(message.state, "done", "no production database, whatever is said of its sources")

    def test_what_is_said_of_one_holds_whatever_is_not_said_of_another(self):
        unsaid = self.make_source("third")
        manager = self.users["integration_manager"]
        self.source.with_user(manager).action_say_test()
        with self.named():
            tried = self.delivered(self.note("N-1"))
            before = self.delivered(self.note("N-2"), source=unsaid)
            self.run_all()
            self.assertEqual((tried.state, before.state), ("tested", "done"))
            unsaid.action_suspend()
            with self.assertRaisesRegex(UserError, "nobody has said whether it is a test or production"):
                unsaid.action_go_live()
            unsaid.with_user(manager).action_say_production()
            unsaid.action_go_live()

    def test_tried_and_undone(self):
        self.say_all()
        files = self.files()
        before = self.left()
        with self.named():
            done, parked, stopped, waits, broken = messages = self.delivered(
                self.note("N-1"),
                self.note("N-2", mode="park"),
                self.note("N-3", supplier="unknown"),
                self.note("N-4", after="N-0"),
                self.note("N-5", mode="bug"),
            )
            self.run_all()
        self.assertEqual(messages.mapped("state"), ["tested"] * 5)
        self.assertEqual(self.left(), before)
        self.assertEqual(self.files(), files)
        self.assertIn("would be done", done.problem)
        self.assertIn("create: Contact N-1", done.history_ids.sorted("id")[-1].detail)
        self.assertIn("On hold.", parked.problem)
        self.assertIn("unknown", stopped.problem)
        self.assertIn("would wait", waits.problem)
        self.assertIn("could not be processed", broken.problem)
        self.assertNotIn("ZeroDivision", broken.problem)
        self.assertIn("ZeroDivisionError", broken.history_ids.sorted("id")[-1].detail)
        self.assertFalse(messages.exception_id)

    def files(self):
        """The checksums that lie in the filestore of this text."""
        checksum = self.env["ir.attachment"]._compute_checksum(base64.b64decode(TEXT))
        path = self.env["ir.attachment"]._full_path(f"{checksum[:2]}/{checksum}")
        return os.path.exists(path)

    def test_a_production_source_beside_it_makes_records(self):
        self.say_all()
        self.other.action_say_production()
        with self.named():
            tried = self.delivered(self.note("N-1"))
            real = self.delivered(self.note("N-2"), source=self.other)
            self.run_all()
        self.assertEqual((tried.state, real.state), ("tested", "done"))

    def test_taken_up_when_its_source_is_production(self):
        self.say_all()
        manager = self.users["integration_manager"]
        with self.named():
            message = self.delivered(self.note("N-1"))
            self.run_all()
            with self.assertRaisesRegex(UserError, "is a test source"):
                message.with_user(manager)._take_up("now")
            self.source.with_user(manager).action_say_production()
            message.with_user(manager)._take_up("it is real now")
            self.run_all()
        self.assertEqual(message.state, "done")

    def test_the_same_function_answers_what_would_happen(self):
        message = self.delivered(self.note("N-1"))
        before = self.left()
        with self.enter_registry_test_mode():
            trial = message._what_would_happen()
            other = message._what_would_happen(json.loads('{"name": "N-7", "mode": "variance"}'))
        self.assertEqual((trial.outcome, trial.effects), ("done", [("Contact", "N-1", "create")]))
        self.assertEqual((other.outcome, other.sentence), ("exception", "Too dear."))
        self.assertEqual(self.left(), before)
        self.assertEqual(message.state, "received")

    # ---- copies ------------------------------------------------------------------------

    def test_what_was_production_and_is_not_named_so_stands(self):
        Source = self.env["construction.source"]
        self.say_all()
        with self.named():
            Source._cron_watch()
            self.assertIsNone(Source._stands(Source._runtime("testing")))
        config = Source._runtime("testing")
        message = self.delivered(self.note("N-1"))
        self.assertTrue(Source._stands(config))
        for changed in ({"database": "firm_copy"}, {"uuid": "other"}, {"base_url": "http://elsewhere"}):
            with self.named(**changed):
                self.assertTrue(Source._stands(config), changed)
                self.run_shard(message.lane, message.shard)
        self.assertEqual(message.state, "received")
        self.assertIn(self.source.id, Source._standing_ids())
        self.env["queue.job"].search([]).write({"state": "done"})
        self.Message._cron_sweep()
        Source._cron_watch()
        self.assertFalse(self.Exception.search([("source_id", "=", self.source.id)]))
        self.assertIn("This database is a copy", self.source.missing_text)
        self.source.action_suspend()
        with self.assertRaisesRegex(UserError, "is a copy"):
            self.source.action_go_live()
        with self.named("test"):
            self.assertIsNone(Source._stands({**config, "state": "live"}))
        self.env["ir.config_parameter"].sudo().set_param("database.is_neutralized", "True")
        with self.named():
            self.assertTrue(Source._stands(config))

    def test_neutralize(self):
        with open(os.path.join(os.path.dirname(__file__), "..", "data", "neutralize.sql")) as file:
            self.env.flush_all()
            self.env.cr.execute(file.read())
        self.env.invalidate_all()
        self.assertEqual(self.source.state, "suspended")
        self.assertFalse(self.source.credential_ids._live())

    def test_who_says_it(self):
        for role in ("buyer", "auditor", "cost_controller"):
            with self.subTest(role), self.assertRaises(UserError):
                self.source.with_user(self.users[role]).action_say_production()
        manager = self.users["integration_manager"]
        with self.assertRaises(UserError):
            self.source.with_user(manager).write({"environment_said_at": "2026-01-01"})
        self.source.with_user(manager).environment = "production"
        self.assertEqual(self.source.environment_said_by_id, manager)
