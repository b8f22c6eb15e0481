# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common import HandBillsCommon


@tagged("post_install", "-at_install")
class TestHandBillsTours(HandBillsCommon, HttpCase):
    def test_clerk_confirms_a_bill_that_is_held(self):
        bill = self.enter()
        self.start_tour(
            f"/odoo/action-account.action_move_in_invoice_type/{bill.id}",
            "construction_confirm_held_bill",
            login="clerk",
        )
        self.env.invalidate_all()
        self.assertEqual((bill.state, self.rules(bill)), ("draft", ["quantity"]))

    def test_controller_waives_an_expired_document(self):
        document = self.env["construction.compliance.document"].create(
            {
                "partner_id": self.supplier.id,
                "kind": "Insurance",
                "number": "POL-1",
                "expires": self.company._construction_today() - timedelta(days=1),
            }
        )
        self.start_tour(
            f"/odoo/action-base.action_partner_supplier_form/{self.supplier.id}",
            "construction_waive_expired_document",
            login="controller",
        )
        self.env.invalidate_all()
        self.assertEqual((document.waived_by_id, document.status), (self.controller, "waived"))
