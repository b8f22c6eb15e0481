# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .test_order_change import OrderChangeCommon


@tagged("post_install", "-at_install")
class TestTierExceptions(OrderChangeCommon):
    """What may be written under review is known at each write, from the moment on that somebody says it."""

    def test_a_field_from_when_it_is_said_until_it_is_not(self):
        self.review_above(500)
        self.send_order(lines=self.lines((10, 100)), revision=1)
        order = self.order().with_user(self.buyer)
        self.assertTrue(order.review_ids)
        with self.assertRaises(ValidationError):
            order.write({"partner_ref": "A-1"})
        said = self.env["tier.validation.exception"].create(
            {
                "model_id": self.env["ir.model"]._get_id("purchase.order"),
                "field_ids": [(4, self.env["ir.model.fields"]._get("purchase.order", "partner_ref").id)],
                "company_id": self.company.id,
            }
        )
        order.write({"partner_ref": "A-1"})
        said.unlink()
        with self.assertRaises(ValidationError):
            order.write({"partner_ref": "A-2"})
