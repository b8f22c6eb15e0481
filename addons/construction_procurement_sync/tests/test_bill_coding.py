# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_shortcuts import ShortcutsCommon


@tagged("post_install", "-at_install")
class TestBillCoding(ShortcutsCommon):
    """The cost of a bill goes where its order was committed, or somebody says where else."""

    def set_up_once(self):
        super().set_up_once()
        self.order_line_of = self.ordered(received="10").order_line
        self.ordered("PO-J2", "10", job="J-2")
        self.other = self.order("PO-J2").order_line.construction_job_id
        self.steel = self.env["construction.cost.code"].search(
            [("code", "=", "05 12 00"), ("company_id", "=", self.company.id)]
        )

    def drafted(self, reference="D-1", **coding):
        """A bill that accounts payable make from the order, and code."""
        self.order("PO-A").with_user(self.payable).sudo(False).action_create_invoice()
        bill = self.order("PO-A").invoice_ids.filtered(lambda move: move.state == "draft")[-1:]
        bill = bill.with_user(self.payable)
        bill.write({"invoice_date": "2026-03-10", "date": "2026-03-10", "ref": reference})
        if coding:
            bill.invoice_line_ids.write(coding)
        return bill

    def test_what_was_emptied_is_as_ordered(self):
        plan = self.env["account.analytic.plan"].create({"name": "Region"})
        region = self.env["account.analytic.account"].create({"name": "North", "plan_id": plan.id})
        cases = (
            {"analytic_distribution": False},
            {"analytic_distribution": {str(region.id): 100}},
            {"construction_job_id": False},
            {"cost_code_id": False},
            {"cost_type_id": False},
        )
        for coding in cases:
            with self.subTest(coding=coding), self.env.cr.savepoint() as undo:
                bill = self.drafted(**coding)
                bill.action_post()
                self.assertEqual(bill.state, "posted", bill.construction_hold_text)
                self.assertLedger(0, 0, 1000)
                for field in ("construction_job_id", "cost_code_id", "cost_type_id"):
                    self.assertEqual(bill.invoice_line_ids[field], self.order_line_of[field])
                kept = str(region.id) in ",".join(bill.invoice_line_ids.analytic_distribution).split(",")
                self.assertEqual(kept, str(region.id) in (coding.get("analytic_distribution") or ()))
                undo.rollback()
                self.env.invalidate_all()

    def test_what_is_coded_otherwise_is_held(self):
        bill = self.drafted(construction_job_id=self.other.id)
        bill.action_post()
        self.assertEqual((bill.state, self.rules(bill)), ("draft", ["coding"]))
        self.assertRegex(bill.sudo().construction_hold_text, "J-2.*order to .*J-1")
        self.assertLedger(1000, 1000, 0)
        with self.assertRaises(AccessError):
            bill._construction_release_holds("It is so")
        # coded as ordered, it is let go at once
        bill.invoice_line_ids.construction_job_id = self.job
        self.assertEqual(self.rules(bill), [])
        bill.invoice_line_ids.construction_job_id = self.other
        bill.action_post()
        bill.with_user(self.controller)._construction_release_holds("It was built there")
        # who let that pass let no other coding pass
        bill.invoice_line_ids.cost_code_id = self.steel
        bill.action_post()
        self.assertEqual((bill.state, self.rules(bill)), ("draft", ["coding"]))
        bill.invoice_line_ids.cost_code_id = self.order_line_of.cost_code_id
        bill.action_post()
        self.assertEqual(bill.state, "posted")
        self.assertLedger(0, 0, 0)
        self.assertLedger(1000, 1000, 1000, job="J-2")
        # and a credit note of it is coded as it is
        credit = self.credited(bill, 4)
        self.assertEqual(credit.state, "posted")
        self.assertLedger(1000, 1000, 600, job="J-2")

    def test_a_credit_note_is_of_what_was_billed(self):
        bill = self.drafted()
        bill.action_post()
        credit = self.reverse(bill)
        credit.invoice_line_ids.write({"quantity": 4, "cost_code_id": self.steel.id})
        credit.action_post()
        self.assertEqual((credit.state, self.rules(credit)), ("draft", ["coding"]))
        credit.invoice_line_ids.cost_code_id = False
        credit.action_post()
        self.assertEqual(credit.state, "posted", credit.sudo().construction_hold_text)
        self.assertLedger(400, 400, 600)

    def test_the_order_comes_to_be_coded_so(self):
        bill = self.drafted(cost_code_id=self.steel.id)
        bill.action_post()
        self.assertEqual(self.rules(bill), ["coding"])
        self.order_line_of.sudo().cost_code_id = self.steel
        self.assertEqual(self.rules(bill), [])
        bill.action_post()
        self.assertLedger(0, 0, 1000)
        # what was posted before stays right when the order is coded anew
        self.order_line_of.sudo().cost_code_id = self.env["construction.cost.code"].search(
            [("code", "=", "03 30 00"), ("company_id", "=", self.company.id)]
        )
        self.assertLedger(0, 0, 1000)

    def test_what_is_posted_stays_as_it_was_ordered(self):
        bill = self.drafted()
        bill.action_post()
        for coding in ({"analytic_distribution": False}, {"construction_job_id": self.other.id}):
            with (
                self.assertRaisesRegex(UserError, "D-1.* is posted, and stays coded"),
                self.env.cr.savepoint(),
            ):
                bill.invoice_line_ids.write(coding)
        self.assertLedger(0, 0, 1000)
        both = self.user_with(
            "controller_payable",
            "construction_base.group_cost_controller,construction_base.group_accounts_payable",
        )
        bill.with_user(both).invoice_line_ids.construction_job_id = self.other
        hold = bill.sudo().construction_hold_ids
        self.assertEqual((hold.rule, hold.state, hold.released_by_id), ("coding", "released", both))
        self.assertLedger(0, 0, 0)
        self.assertLedger(1000, 1000, 1000, job="J-2")

    def test_the_reconciliation_shows_what_passed(self):
        lines = type(self.env["account.move.line"])
        for coding in ({"analytic_distribution": False}, {"construction_job_id": self.other.id}):
            with self.subTest(coding=coding), self.env.cr.savepoint() as undo:
                bill = self.drafted(**coding)
                with (
                    patch.object(lines, "_construction_code_as_ordered", lambda line: None),
                    patch.object(
                        lines, "_construction_coded_otherwise", lambda line, ever=True: line.browse()
                    ),
                ):
                    bill.action_post()
                self.assertEqual(bill.state, "posted")
                self.assertLedger(0, 0, 0, misfits=bill)
                undo.rollback()
                self.env.invalidate_all()
