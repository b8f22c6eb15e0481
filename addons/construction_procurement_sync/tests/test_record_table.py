# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Kind of record × what a person does to it × the next event: what it ends as."""

from odoo.tests import tagged

from .common import RecordLivesCommon

ORDER, OWN = "an order that names it", "its own event"
# (state, first word of the cause)
DONE, GONE, ARCHIVED = ("done", None), ("exception", "deleted"), ("exception", "archived")
FOREIGN, TAKEN = ("exception", "company"), ("exception", "taken")
MASTERS = {
    ("delete", ORDER): GONE,
    ("delete", OWN): DONE,
    ("archive", ORDER): ARCHIVED,
    ("archive", OWN): ARCHIVED,
    ("copy", ORDER): DONE,
    ("copy", OWN): DONE,
    ("rename", ORDER): DONE,
    ("rename", OWN): DONE,
    ("renumber", ORDER): DONE,
    ("renumber", OWN): DONE,
    ("move company", ORDER): FOREIGN,
    ("move company", OWN): FOREIGN,
}
# a code that is in use cannot leave its company, nor a job: Odoo and the suite refuse it
CANNOT_MOVE = ("cost_code", "job")


@tagged("post_install", "-at_install")
class TestRecordTable(RecordLivesCommon):
    def find(self, kind):
        return {
            "job": lambda: self.job,
            "cost_code": self.code,
            "supplier": self.supplier,
            "item": self.item,
        }[kind]()

    def send_own(self, kind):
        return {
            "job": self.send_job,
            "cost_code": self.send_code,
            "supplier": self.send_supplier,
            "item": self.send_item,
        }[kind]()

    def do(self, action, kind, record):
        if action == "delete":
            record.unlink()
        elif action == "archive":
            record.action_archive()
        elif action == "copy":
            record.copy()
        elif action == "rename":
            record.name = "Renamed by hand"
        elif action == "renumber":
            record[
                {"job": "job_number", "cost_code": "code", "supplier": "ref", "item": "default_code"}[kind]
            ] = "BY-HAND"
        else:
            record.company_id = self.env["res.company"].create({"name": "Other"})

    def test_masters(self):
        for kind in ("job", "cost_code", "supplier", "item"):
            for (action, event), (state, cause) in MASTERS.items():
                if action == "move company" and kind in CANNOT_MOVE:
                    continue
                with self.subTest(kind=kind, action=action, event=event), self.env.cr.savepoint() as undo:
                    self.do(action, kind, self.find(kind))
                    self.env.flush_all()
                    message = self.send_order("PO-T") if event == ORDER else self.send_own(kind)
                    found = message.exception_id.cause_key
                    self.assertEqual(
                        (message.state, found.split(":")[0] if found else None),
                        (state, cause),
                        message.problem,
                    )
                    undo.rollback()
                    self.env.invalidate_all()
                    self.env.registry.clear_cache()

    def test_documents(self):
        """A document that is deleted is made anew; copied, it is another one that no key means."""
        self.send_order()
        self.send_delivery()
        self.send_invoice()
        request = self.record(self.send_request(), "purchase.request")
        for record in (request, self.order(), self.bill()):
            with self.subTest(record._name):
                copied = record.copy()
                self.assertFalse(copied.construction_external_key)
        for send in (self.send_order, self.send_delivery, self.send_invoice, self.send_request):
            self.assertState(send(), "done")
        self.assertEqual(self.order().order_line.qty_received, 100, "nothing twice")

    def test_orders_merged_by_hand(self):
        """What is merged away means the order that stays: received on that, and not made twice."""
        approval = self.env["tier.definition"].create(
            {
                "model_id": self.env["ir.model"]._get_id("purchase.order"),
                "review_type": "individual",
                "reviewer_id": self.env.ref("base.user_admin").id,
                "definition_domain": "[('amount_total', '>', 1)]",
            }
        )
        self.send_order("PO-1")
        self.send_order("PO-2")
        orders = self.order("PO-1") | self.order("PO-2")
        orders.review_ids.unlink()
        orders.with_context(skip_validation_check=True).action_merge()
        gone = orders.filtered(lambda order: order.state == "cancel")
        self.assertEqual(len(gone), 1)
        key = gone.construction_external_key
        receipt = self.send_delivery("R-9", key)
        self.assertState(receipt, "waiting")
        # the same again asks for nothing but the release of the one that stays
        again = self.send_order(key)
        self.assertState(again, "exception", "hold")
        stays = orders - gone
        approval.active = False
        stays.review_ids.unlink()
        stays.button_confirm()
        self.run_all()
        self.assertState(receipt, "done")
        self.assertState(again, "done")
        self.assertEqual(stays.order_line.mapped("qty_received"), [100])
        self.assertEqual((gone.state, stays.state), ("cancel", "purchase"))
        self.assertEqual(len(self.order(key)), 1)
