# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.modules.module import load_script
from odoo.tests import tagged

from .common import ProcurementCommon


@tagged("post_install", "-at_install")
class TestPending(ProcurementCommon):
    """What is put forward, or was sent and stopped, is pending; what nobody has put forward is not."""

    def setUp(self):
        super().setUp()
        self.send_masters()
        self.buyer = self.user_with("pending_buyer", "construction_base.group_buyer")
        self.manager = self.user_with(
            "pending_manager", "construction_base.group_buyer,purchase.group_purchase_manager"
        )
        self.tier = self.env["tier.definition"].create(
            {
                "name": "All orders",
                "model_id": self.env.ref("purchase.model_purchase_order").id,
                "review_type": "individual",
                "reviewer_id": self.manager.id,
                "company_id": self.company.id,
            }
        )

    def pending(self, order=None):
        self.post_ledger()
        domain = [("kind", "=", "pending")]
        if order:
            domain += [("document_model", "=", order._name), ("document_id", "=", order.id)]
        return sum(self.env["construction.cost.entry"].search(domain).mapped("amount"))

    def test_by_event(self):
        message = self.send_order()
        self.assertState(message, "exception", "hold")
        order = self.order()
        self.assertTrue(order.construction_stopped)
        self.assertEqual(self.pending(order), 1000)
        copied = order.copy()
        self.assertEqual(self.pending(copied), 0, "A copy is in preparation")
        with self.assertRaises(AccessError):
            copied.with_user(self.buyer).construction_stopped = True
        # set back by a person, it is in preparation, though it came by event
        order.button_cancel()
        self.assertEqual(self.pending(order), 0)
        order.button_draft()
        self.assertEqual((self.pending(order), order.construction_stopped), (0, False))
        self.send_order()
        self.assertEqual(self.pending(order), 1000, "Sent again, it is stopped again")
        order.with_user(self.manager).validate_tier()
        self.run_all()
        self.assertEqual((order.state, self.pending()), ("purchase", 0))

    def test_by_hand(self):
        self.send_order()
        order = self.order().copy()
        for step, expected in (
            ("request_validation", 1000),
            ("restart_validation", 0),
            ("request_validation", 1000),
        ):
            getattr(order.with_user(self.buyer), step)()
            self.assertEqual(self.pending(order), expected, step)
        order.with_user(self.manager).reject_tier()
        self.assertEqual(self.pending(order), 0, "Turned down, nobody puts it forward")
        order.with_user(self.buyer).restart_validation()
        order.with_user(self.buyer).request_validation()
        order.invalidate_recordset()
        order.with_user(self.manager).validate_tier()
        self.assertEqual(order.validation_status, "validated")
        self.assertEqual(self.pending(order), 1000, "Approved, and not yet confirmed")
        order.with_user(self.buyer).button_confirm()
        self.assertEqual((order.state, self.pending(order)), ("purchase", 0))

    def test_migration(self):
        """Drafts of before are taken out of *pending* on the next open day; those that were stopped stay."""
        self.send_order()
        order = self.order()
        draft = order.copy()
        stage = type(order)._construction_pending_stage
        self.patch(type(order), "_construction_pending_stage", lambda order: "draft")
        draft.order_line._construction_post_cost()
        models.BaseModel.write(order.sudo(), {"construction_stopped": False})
        self.assertEqual(self.pending(), 2000)
        self.patch(type(order), "_construction_pending_stage", stage)
        self.company.construction_cost_lock_date = fields.Date.add(fields.Date.today(), days=3)
        for _twice in range(2):
            self.migrate("construction_procurement_sync", "post-pending")
            self.env.invalidate_all()
            self.migrate("construction_job_cost", "end-as_of")
            self.migrate("construction_job_cost", "end-pending")
            self.assertEqual((self.pending(order), self.pending(draft)), (1000, 0))
        entry = self.env["construction.cost.entry"].search([("document_id", "=", draft.id)], limit=1)
        self.assertEqual(entry.date, fields.Date.add(fields.Date.today(), days=4))

    def migrate(self, addon, script):
        path = f"{addon}/migrations/19.0.1.2.0/{script}.py"
        module = load_script(path, f"{addon}.{script}")
        self.env.flush_all()
        module.migrate(self.env.cr, "19.0.1.1.1")
