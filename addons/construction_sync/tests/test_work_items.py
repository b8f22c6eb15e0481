# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.modules.module import load_script
from odoo.tests import tagged

from odoo.addons.construction_sync import errors

from .common import HubCommon

OPEN = "odoo.addons.construction_sync.models.construction_exception_open"


class Odd(errors.SyncError):
    """An error of a later module, of a category that nobody declared."""

    category = "weather"


class Bare(Exception):
    """An error that is none of ours and has nothing of what an item needs."""


@tagged("post_install", "-at_install")
class TestWorkItems(HubCommon):
    """A work item without a message or a source, several of one message, and none that cannot be opened."""

    def open(self, error, **kw):
        return self.Exception._open(self.company, error, **kw)

    def silence(self, key="silence:field", **kw):
        return errors.SyncError("Field has been silent since Monday.", cause_key=key, **kw)

    def test_an_item_without_message_or_source(self):
        item = self.open(self.silence())
        self.assertEqual(item.company_id, self.company)
        self.assertFalse(item.source_id)
        self.assertEqual(self.open(self.silence()), item, "one cause, one item")
        self.assertNotEqual(self.open(self.silence(), source=self.source), item)
        other = self.Exception._open(self.other_company, self.silence())
        self.assertNotEqual(other, item)
        self.assertFalse(other.with_user(self.users["integration_manager"]).search([("id", "=", other.id)]))
        item._close_when_empty("resolved", "heard again")
        self.assertEqual(item.state, "resolved")

    def test_a_person_closes_an_item_that_stops_nothing(self):
        buyer = self.users["buyer"]
        item = self.open(self.silence())
        item.with_user(buyer).action_resolve()
        self.assertEqual((item.state, item.resolved_by_id), ("resolved", buyer))
        message = self.delivered(self.note("X", mode="variance"))
        self.run_all()
        with self.assertRaises(UserError):
            message.exception_id.with_user(buyer).action_resolve()

    def test_one_message_raises_several(self):
        done = self.delivered(self.note("N-1"))
        stopped = self.delivered(self.note("N-2", mode="variance"))
        self.run_all()
        note = self.open(self.silence(), source=self.source, raised_by=done | stopped)
        second = self.open(self.silence("other"), source=self.source, raised_by=stopped)
        self.assertEqual(note.message_total, 2)
        first = stopped.exception_id
        stopped.action_replay()
        self.assertEqual((first.state, second.state), ("resolved", "open"))
        self.assertEqual(note.state, "open", "nobody has seen to it")
        self.assertEqual(note.raised_by_ids, done | stopped)
        note.with_user(self.users["buyer"]).action_resolve()
        self.assertEqual(note.state, "resolved")

    def test_a_category_that_nobody_declared_is_technical(self):
        with self.assertLogs(f"{OPEN}", "WARNING") as told:
            item = self.open(Odd("It rains.", cause_key="rain", severity="apocalyptic"))
        self.assertIn("Odd is of the category 'weather', which no work item has", told.output[0])
        self.assertEqual((item.category, item.severity), ("technical", "medium"))

    def test_opening_cannot_fail(self):
        partner = self.env["res.partner"].create({"name": "Gone"})
        job = self.make_job("GONE", "Gone")
        user = self.env["res.users"].create({"name": "Gone", "login": "gone"})
        long = "€" * 9000
        all_kinds = [
            errors.SyncError(f"{long}\x00\ud800", cause_key=f"{long}\x00"),
            errors.SyncError("gone", cause_key="g", job=job, partner=partner, record=partner, owner=user),
            errors.SyncError("wrong kinds", cause_key="w", job=partner, partner="x", record=job | job),
            errors.SyncError("not stored", cause_key="n", job=job.new({"name": "x"}), record=5),
            errors.SyncError(
                "figures",
                cause_key="f",
                figures={
                    "a": float("nan"),
                    1: Decimal("1.5"),
                    "d": date(2026, 1, 1),
                    "p": partner,
                    "z": "\x00",
                },
            ),
            errors.SyncError("", cause_key="empty"),
            errors.MissingReference("kind\x00", long, "no.model"),
            errors.MissingReference("kind", 5, None),
            Bare(),
            Bare(long),
        ]
        (partner | user.partner_id).sudo()
        job.unlink()
        user.unlink()
        partner.unlink()
        for error in all_kinds:
            with self.subTest(str(error)[:30]):
                item = self.open(error, source=self.source)
                self.assertTrue(item.sentence)
                self.assertEqual(self.open(error, source=self.source), item)
                self.assertFalse(item.job_id | item.job_id.browse(item.partner_id.ids))

    def test_long_causes_stay_apart(self):
        one, two = (self.open(self.silence("x" * 5000 + end)) for end in "ab")
        self.assertNotEqual(one, two)

    def test_migration_shortens_the_causes_of_old_rows(self):
        item = self.open(self.silence("k"))
        # migrations run before the guards of the database are made
        self.env.cr.execute("ALTER TABLE construction_exception DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE construction_exception SET cause_key = %s WHERE id = %s", ["k" * 900, item.id]
        )
        self.migrate("post-items")
        item.invalidate_recordset()
        self.assertEqual(self.open(self.silence("k" * 900)), item)

    def test_migration_fills_the_company(self):
        item = self.open(self.silence(), source=self.source)
        self.env.cr.execute("ALTER TABLE construction_exception DISABLE TRIGGER USER")
        self.env.cr.execute(
            "ALTER TABLE construction_exception ALTER company_id DROP NOT NULL;"
            "UPDATE construction_exception SET company_id = NULL WHERE id = %s",
            [item.id],
        )
        self.migrate("pre-items")
        item.invalidate_recordset()
        self.assertEqual(item.company_id, self.company)

    def migrate(self, script):
        path = f"construction_sync/migrations/19.0.1.1.0/{script}.py"
        module = load_script(path, script.replace("-", "_"))
        module.migrate(self.env.cr, "19.0.1.0.0")

    def test_a_refusal_of_odoo_is_each_document_s_own(self):
        """Odoo's sentence names a record by number, or none at all: no two documents share an item by it."""
        one, other = messages = self.delivered(
            self.note("L-1", mode="refused"), self.note("L-2", mode="refused")
        )
        self.run_all()
        self.assertEqual(messages.mapped("state"), ["exception"] * 2)
        self.assertNotEqual(one.exception_id, other.exception_id)
        for message in messages:
            self.assertIn(message.subject, message.exception_id.sentence)
            self.assertIn("You need a lot", message.exception_id.sentence)
            self.assertNotIn("You need", message.exception_id.cause_key)

    def test_a_missing_right_is_one_cause_without_a_user_in_its_key(self):
        messages = self.delivered(self.note("L-1", mode="rights"), self.note("L-2", mode="rights"))
        self.run_all()
        self.assertEqual(messages.mapped("state"), ["exception"] * 2)
        item = messages.exception_id
        self.assertEqual(len(item), 1)
        self.assertEqual(item.category, "permission")
        self.assertEqual(item.cause_key, "refused:right:test.note.written:res.users")
        self.assertIn(self.source.name, item.sentence)

    def test_a_value_that_the_database_refuses_is_said_in_words(self):
        message = self.delivered(self.note("L-1", mode="missing"))
        for _try in range(3):
            self.run_all()
            message.next_try_at = False
            message.filtered(lambda m: m.state == "retry").write({"state": "received"})
        self.assertEqual(message.state, "dead")
        self.assertIn("a value that is required is missing (Currency, ", message.exception_id.sentence)
        self.assertNotIn("SQLSTATE", message.exception_id.sentence)

    def test_figures_beyond_reckoning_are_the_message_s_own(self):
        messages = self.delivered(self.note("L-1", mode="large"), self.note("L-2", mode="large"))
        self.run_all()
        self.assertEqual(messages.mapped("state"), ["exception"] * 2)
        self.assertEqual(len(messages.exception_id), 2, "each is put right for itself")
        self.assertIn("too large", messages[0].problem)
        self.assertNotIn("decimal", messages[0].exception_id.sentence)

    def test_what_stands_behind_an_item_that_was_closed_at_that_moment_goes_again(self):
        message = self.delivered(self.note("L-1", mode="variance"))
        self.run_all()
        item = message.exception_id
        item.sudo().write({"state": "resolved"})
        self.Message._cron_sweep()
        self.assertEqual(message.state, "received")
        self.run_all()
        self.assertEqual((message.state, message.exception_id.state), ("exception", "open"))

    def test_sent_round_again_is_written_though_nothing_changes(self):
        """Else a lane that has it under way with an older view would not notice."""
        message = self.delivered(self.note("L-1"))
        message._requeue("again")
        message.flush_recordset()
        place = "SELECT ctid FROM construction_message WHERE id = %s"
        self.env.cr.execute(place, [message.id])
        before = self.env.cr.fetchone()
        message._requeue("again")
        message.flush_recordset()
        self.env.cr.execute(place, [message.id])
        self.assertNotEqual(self.env.cr.fetchone(), before)

    def test_items_are_opened_by_the_hub_only(self):
        with self.assertRaises(AccessError):
            self.Exception.with_user(self.users["integration_manager"]).create({"sentence": "x"})
