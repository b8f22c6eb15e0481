# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import fields, models

from ..lib.tolerance import Policy, Tolerance


class ResCompany(models.Model):
    _inherit = "res.company"

    construction_bill_autopost = fields.Boolean(
        string="Post Matched Bills",
        help="Post a bill that came by an event when it agrees with its order and "
        "receipts within the tolerances. Otherwise it stays a draft for a person.",
    )
    construction_line_percent = fields.Float(string="Line Tolerance (%)", default=2.0)
    construction_line_amount = fields.Monetary(string="Line Tolerance (Amount)", default=50.0)
    construction_bill_percent = fields.Float(string="Bill Tolerance (%)", default=1.0)
    construction_bill_amount = fields.Monetary(string="Bill Tolerance (Amount)", default=100.0)
    construction_quantity_percent = fields.Float(string="Quantity Tolerance (%)")
    construction_quantity_amount = fields.Float(string="Quantity Tolerance (Units)")
    construction_freight_percent = fields.Float(string="Freight Tolerance (%)")
    construction_freight_amount = fields.Monetary(string="Freight Tolerance (Amount)")

    def _construction_match_policy(self, rate=1.0):
        """Tolerances of this company.

        :param float rate: the bill's currency per company currency
        :return: :class:`~..lib.tolerance.Policy` in the currency of the bill
        """
        self.ensure_one()

        def tolerance(name, rate=rate):
            return Tolerance(
                Decimal(str(self[f"construction_{name}_percent"])),
                Decimal(str(round(self[f"construction_{name}_amount"] * rate, 6))),
            )

        return Policy(
            line_price=tolerance("line"),
            invoice_price=tolerance("bill"),
            quantity=tolerance("quantity", rate=1.0),
            freight=tolerance("freight"),
        )
