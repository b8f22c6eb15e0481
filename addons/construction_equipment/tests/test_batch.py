# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import replace
from decimal import Decimal
from unittest.mock import patch

from psycopg2.errors import RaiseException, UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.construction_job_cost.errors import PeriodLocked

from ..lib import batch as rule
from .batch_common import BATCH, BatchCommon


@tagged("post_install", "-at_install")
class TestBatch(BatchCommon):
    """Approved charges in the books: once, linked, and never job cost a second time."""

    def charged(self, hours=8, date="2026-03-10", **data):
        self.say(hours, date=date, job="J-1", **data)
        self.approve()

    def test_one_entry_of_the_period(self):
        self.charged()
        self.charged(4, date="2026-04-02")
        batch = self.batch()
        self.assertEqual((batch.state, batch.amount, str(batch.date)), ("draft", 760, "2026-03-31"))
        self.assertEqual(
            [(line.side, line.debit, line.credit) for line in batch.line_ids],
            [("cost", 760, 0), ("recovery", 0, 760)],
        )
        batch.action_post()
        move = batch.move_id.sudo()
        self.assertEqual((move.state, str(move.date)), ("posted", "2026-03-31"))
        self.assertEqual(self.sides(move), {"cost": 760, "recovery": -760})
        cost = move.line_ids.filtered(lambda line: line.construction_equipment_side == "cost")
        self.assertEqual((cost.construction_job_id, cost.cost_code_id), (self.job, self.code))
        self.assertEqual(cost.account_id, self.company.construction_equipment_cost_account_id)
        recovery = move.line_ids - cost
        self.assertEqual(
            (recovery.construction_equipment_id, recovery.construction_job_id.ids), (self.excavator, [])
        )
        self.assertEqual(self.charges(batch_id=batch.id).mapped("amount"), [760])
        self.assertEqual((batch.posted_by_id, batch.control_difference), (self.controller, 0))
        self.assertEqual(
            (batch.control_approved, batch.control_posted, batch.control_unposted), (1140, 760, 380)
        )

    def test_the_charge_alone_is_job_cost(self):
        self.charged()
        self.posted()
        self.assertEqual(self.ledger(), 760)
        entries = self.env["construction.cost.entry"].search(
            [("job_id", "=", self.job.id), ("kind", "=", "actual")]
        )
        self.assertEqual(sum(entries.mapped("amount")), 760)
        wizard = self.compared()
        self.assertFalse(wizard.line_ids | wizard.past_line_ids | wizard.misfit_line_ids)
        # Odoo's analytic reports agree
        lines = self.env["account.analytic.line"].search([("account_id", "=", self.job.sudo().account_id.id)])
        self.assertEqual(sum(lines.mapped("amount")), -760)

    def test_a_correction_goes_into_the_next(self):
        self.charged()
        first = self.posted()
        self.rate.date_to = "2026-02-28"
        self.make_rate(operating=98, date_from="2026-03-01")
        self.charges(state="proposed").with_user(self.controller).action_approve()
        self.assertEqual(first.control_unposted, 24)
        second = self.posted(date_to="2026-04-30")
        self.assertEqual(
            [(line.side, line.back, line.amount) for line in second.line_ids],
            [("cost", False, 784), ("recovery", False, -784), ("cost", True, -760), ("recovery", True, 760)],
        )
        self.assertEqual(self.sides(second.move_id.sudo()), {"cost": 24, "recovery": -24})
        self.assertEqual(
            (second.control_posted, second.control_unposted, second.control_difference), (784, 0, 0)
        )
        self.assertEqual(self.ledger(), 784)

    def test_a_reopened_day_leaves_nothing(self):
        self.charged()
        self.posted()
        self.days().with_user(self.manager).action_reopen()
        self.charges(state="proposed").with_user(self.controller).action_approve()
        second = self.posted()
        self.assertEqual(self.sides(second.move_id.sudo()), {"cost": -760, "recovery": 760})
        self.assertEqual((self.ledger(), second.control_posted), (0, 0))

    def test_accounts_that_are_not_set(self):
        self.charged()
        self.company.sudo().construction_equipment_recovery_account_id = False
        batch = self.batch()
        with self.assertRaisesRegex(UserError, "Equipment Recovery.*Accounting, Configuration, Settings"):
            batch.action_post()
        self.assertEqual((batch.state, batch.move_id.ids), ("draft", []))

    def test_a_closed_period_proposes_the_next_open_date(self):
        self.charged()
        batch = self.batch()
        self.company.sudo().construction_cost_lock_date = "2026-04-15"
        with self.assertRaisesRegex(PeriodLocked, "2026-04-16 or later"):
            batch.action_post()
        self.assertEqual((batch.state, str(batch.date)), ("draft", "2026-03-31"))
        batch.unlink()
        batch = self.batch()
        self.assertEqual(str(batch.date), "2026-04-16")
        self.company.sudo().fiscalyear_lock_date = "2026-04-30"
        with self.assertRaisesRegex(PeriodLocked, "2026-05-01 or later"):
            batch.action_post()
        batch.date = "2026-05-01"
        batch.action_post()
        self.assertEqual(str(batch.move_id.sudo().date), "2026-05-01")

    def test_who_closes_a_period_is_told_of_what_waits(self):
        self.charged()
        close = self.env["construction.period.close"].with_user(self.controller)
        wizard = close.create({"date": "2026-03-31", "reason": "Month-end"})
        self.assertRegex(wizard.what, "no journal batch has posted: 1")
        self.posted()
        wizard = close.create({"date": "2026-03-31", "reason": "Month-end"})
        self.assertNotRegex(wizard.what, "journal batch")

    def test_it_is_posted_as_it_was_seen(self):
        self.charged()
        batch = self.batch()
        seen = batch.asked
        self.charged(1, date="2026-03-11")
        batch.action_collect()
        with self.assertRaisesRegex(UserError, "has changed since you opened it"):
            batch.with_context(construction_seen=seen).action_post()
        batch.with_context(construction_seen=batch.asked).action_post()
        self.assertEqual(self.sides(batch.move_id.sudo())["cost"], 855)

    def test_nothing_to_post(self):
        with self.assertRaisesRegex(UserError, "no approved charges"):
            self.batch().action_post()

    def test_one_draft_of_a_company(self):
        self.batch()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.batch()

    def test_a_deleted_draft_leaves_its_charges_to_the_next(self):
        self.charged()
        self.batch().unlink()
        self.assertFalse(self.charges().batch_id)
        self.assertEqual(self.posted().amount, 760)

    def test_taken_back(self):
        self.charged()
        first = self.posted()
        with self.assertRaisesRegex(UserError, "Say why"):
            first.action_take_back(" ")
        wizard = self.env["construction.equipment.batch.back"].with_user(self.controller)
        wizard.create({"batch_id": first.id, "reason": "Wrong account"}).action_take_back()
        back = first.back_move_id.sudo()
        self.assertEqual(
            (first.state, back.state, self.sides(back)),
            ("taken_back", "posted", {"cost": -760, "recovery": 760}),
        )
        self.assertEqual(
            (first.control_posted, first.control_unposted, first.control_difference), (0, 760, 0)
        )
        self.assertEqual(self.ledger(), 760)
        second = self.posted()
        self.assertEqual((second.control_posted, second.control_difference), (760, 0))
        wizard = self.compared()
        self.assertFalse(wizard.line_ids | wizard.past_line_ids | wizard.misfit_line_ids)
        with self.assertRaisesRegex(UserError, "not posted"):
            first.action_take_back("Again")

    def test_stock_buttons(self):
        """Nothing that Odoo has for an entry takes the money out of the books or makes it job cost."""
        self.charged()
        batch = self.posted()
        admin = self.env.ref("base.user_admin")
        admin.group_ids += self.env.ref("account.group_account_manager")
        other = self.company.construction_equipment_recovery_account_id
        line = batch.move_id.sudo().line_ids[:1]
        free = self.env["account.move"].create({"move_type": "entry", "company_id": self.company.id})
        for user in (admin, self.controller):
            move = batch.move_id.with_user(user)
            item, reversal = line.with_user(user), self.env["account.move.reversal"].with_user(user)
            for name, deed in (
                ("draft", move.button_draft),
                ("cancel", move.button_cancel),
                ("copy", move.copy),
                ("delete", move.unlink),
                ("force delete", move.with_context(force_delete=True).unlink),
                ("state", lambda m=move: m.write({"state": "draft"})),
                ("date", lambda m=move: m.write({"date": "2026-05-01"})),
                ("journal", lambda m=move: m.write({"auto_post": "monthly"})),
                (
                    "reversal",
                    lambda m=move, r=reversal: (
                        r.with_context(active_model="account.move", active_ids=m.ids)
                        .create({"journal_id": m.journal_id.id})
                        .refund_moves()
                    ),
                ),
                ("account", lambda i=item: i.write({"account_id": other.id})),
                ("coding", lambda i=item: i.write({"construction_job_id": self.second.id})),
                ("distribution", lambda i=item: i.write({"analytic_distribution": False})),
                ("line away", lambda i=item: i.unlink()),
                ("line elsewhere", lambda i=item: i.write({"move_id": free.id})),
                ("batch", lambda m=move: m.write({"construction_equipment_batch_id": False})),
            ):
                with (
                    self.subTest(name, user=user.login),
                    self.assertRaises(UserError),
                    self.env.cr.savepoint(),
                ):
                    deed()
        self.assertEqual((batch.move_id.sudo().state, batch.control_difference), ("posted", 0))
        with self.assertRaisesRegex(UserError, "take the batch back"):
            batch.move_id.with_user(admin).button_draft()

    def test_who_posts(self):
        self.charged()
        batch = self.batch()
        for user in (
            self.manager,
            self.user_with("pm", "construction_base.group_project_manager"),
            self.user_with("look", "construction_base.group_auditor"),
        ):
            with self.subTest(user.login):
                for deed in (
                    lambda u=user: batch.with_user(u).action_post(),
                    lambda u=user: batch.with_user(u).action_collect(),
                    lambda u=user: batch.with_user(u).write({"date": "2026-05-01"}),
                    lambda u=user: batch.with_user(u).unlink(),
                    lambda u=user: self.batch(user=u),
                ):
                    with self.assertRaises(AccessError):
                        deed()

    def test_doors(self):
        """By RPC and import as by the buttons."""
        self.charged()
        batches = self.env[BATCH].with_user(self.controller)
        vals = {"company_id": self.company.id, "date_to": "2026-03-31"}
        for more in ({"state": "posted"}, {"amount": 5}, {"charge_ids": [Command.set(self.charges().ids)]}):
            with self.subTest(more), self.assertRaises(AccessError):
                batches.create({**vals, **more})
        batch = batches.with_context(default_state="posted", default_posted_by_id=self.env.uid).create(vals)
        self.assertEqual((batch.state, batch.posted_by_id.ids), ("draft", []))
        for more in ({"state": "posted"}, {"move_id": 1}, {"line_ids": [Command.clear()]}, {"name": "x"}):
            with self.subTest(more), self.assertRaises(AccessError):
                batch.write(more)
        found = batches.load([".id", "state"], [[str(batch.id), "Posted"]])
        self.assertFalse(found["ids"])
        for deed in (
            lambda: batch.line_ids.write({"amount": 1}),
            lambda: batch.line_ids.unlink(),
            lambda: batch.line_ids.copy(),
            lambda: self.charges().with_user(self.controller).write({"batch_id": False}),
        ):
            with self.assertRaises(AccessError):
                deed()
        batch.action_post()
        with self.assertRaisesRegex(UserError, "posted already"):
            batch.date = "2026-05-01"
        with self.assertRaisesRegex(UserError, "take the batch back"):
            batch.unlink()
        copy = batch.copy()
        self.assertEqual((copy.state, copy.amount, copy.move_id.ids), ("draft", 0, []))

    def test_the_database_keeps_what_was_posted(self):
        self.charged()
        batch = self.posted()
        self.env.flush_all()
        for statement in (
            "UPDATE construction_equipment_batch SET date = '2026-05-01' WHERE id = %s",
            "UPDATE construction_equipment_batch_line SET amount = amount + 1 WHERE batch_id = %s",
            "DELETE FROM construction_equipment_batch_line WHERE batch_id = %s",
            "DELETE FROM construction_equipment_batch WHERE id = %s",
        ):
            with self.subTest(statement), mute_logger("odoo.sql_db"), self.assertRaises(RaiseException):
                with self.env.cr.savepoint():
                    self.env.cr.execute(statement, [batch.id])

    def test_a_project_manager_sees_no_entry_of_all_jobs(self):
        self.charged()
        batch = self.posted()
        pm = self.user_with("own", "construction_base.group_project_manager")
        self.job.user_id = pm
        self.assertTrue(self.charges().with_user(pm).has_access("read"))
        self.assertFalse(batch.has_access("read") and batch.with_user(pm).has_access("read"))
        self.assertFalse(batch.move_id.with_user(pm).has_access("read"))
        items = self.env["account.move.line"].with_user(pm)
        self.assertFalse(items.search_count([("construction_equipment_side", "!=", False)]))

    # --- broken on purpose: what the reconciliation finds ---------------------------------------------

    def _broken(self):
        """(what, what stands in its place while it is posted)"""
        Item, Batch, Charge = (
            type(self.env[name]) for name in ("account.move.line", BATCH, "construction.equipment.charge")
        )
        real = rule.lines

        def short(charges):
            found = real(charges)
            return [replace(line, amount=line.amount / 2) for line in found]

        return [
            (
                "the entry is no cost",
                Item,
                "_construction_is_cost",
                lambda line: line.move_id.state == "posted" and line.construction_equipment_side == "cost",
            ),
            ("it has all of the charges", rule, "lines", short),
            (
                "corrections are in it",
                rule,
                "lines",
                lambda charges: real([c for c in charges if not c.back]),
            ),
            (
                "amounts have their sign",
                Charge,
                "_booked_amount",
                lambda charge, company: abs(charge.company_amount),
            ),
            (
                "an entry stands behind it",
                Batch,
                "_prepare_move_vals",
                lambda batch: {**self._empty_move(batch)},
            ),
        ]

    def _empty_move(self, batch):
        account = self.company.construction_equipment_recovery_account_id.id
        return {
            "move_type": "entry",
            "journal_id": self.company.construction_equipment_journal_id.id,
            "date": batch.date,
            "line_ids": [Command.create({"account_id": account, "balance": balance}) for balance in (5, -5)],
        }

    def _corrected(self):
        self.charged()
        self.rate.date_to = "2026-02-28"
        self.make_rate(operating=98, date_from="2026-03-01")
        self.charges(state="proposed").with_user(self.controller).action_approve()

    def test_a_broken_rule_is_found(self):
        with self.env.cr.savepoint() as undo:
            self._corrected()
            self.posted(date_to="2026-04-30")
            wizard = self.compared()
            self.assertFalse(wizard.line_ids | wizard.past_line_ids | wizard.misfit_line_ids)
            undo.rollback()
        self.env.invalidate_all()
        for what, owner, name, broken in self._broken():
            with self.subTest(what), self.env.cr.savepoint() as undo:
                self._corrected()
                with patch.object(owner, name, broken):
                    self.posted(date_to="2026-04-30")
                    self.env.flush_all()
                wizard = self.compared()
                self.assertTrue(wizard.line_ids | wizard.misfit_line_ids)
                undo.rollback()
            self.env.invalidate_all()

    def test_what_goes_past_the_buttons_is_found(self):
        """An entry that the database lost, or that is no longer posted."""
        self.charged()
        batch = self.posted()
        move = batch.move_id.sudo()
        for what, statement in (
            ("draft", "UPDATE account_move_line SET parent_state = 'draft' WHERE move_id = %s"),
            ("less", "UPDATE account_move_line SET balance = balance / 2 WHERE move_id = %s"),
            (
                "another job",
                f"UPDATE account_move_line SET construction_job_id = {self.second.id} WHERE move_id = %s",
            ),
        ):
            with self.subTest(what), self.env.cr.savepoint() as undo:
                self.env.flush_all()
                self.env.cr.execute(statement, [move.id])
                self.env.invalidate_all()
                found = self.compared().misfit_line_ids
                self.assertIn(Decimal("760"), [Decimal(str(line.expected)) for line in found])
                self.assertEqual(found[:1].action_open_document()["res_model"], "account.move")
                if what != "another job":
                    self.assertTrue(batch.control_difference)
                undo.rollback()
            self.env.invalidate_all()
