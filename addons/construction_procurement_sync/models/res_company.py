# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import UTC
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo import fields, models

from ..lib.compliance import parse_kinds
from ..lib.tolerance import Policy, Tolerance

# what the rules of matching go by
MATCHING = {
    f"construction_{name}_{kind}"
    for name in ("line", "bill", "quantity", "freight")
    for kind in ("percent", "amount")
} | {"construction_hold_unordered", "construction_compliance_policy", "construction_compliance_kinds"}


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

    construction_hold_unordered = fields.Boolean(
        string="Hold Bills without an Order",
        help="A bill coded to a job that no purchase order stands behind is held too when a person "
        "enters it. One that came by an event always is.",
    )
    construction_compliance_policy = fields.Selection(
        [
            ("all", "Every kind that a supplier has"),
            ("listed", "The kinds listed"),
            ("none", "None"),
        ],
        string="Documents that Guard",
        required=True,
        default="all",
        help="Which expired documents of a supplier stop the release of its orders for jobs, and the "
        "posting and payment of its bills for jobs.",
    )
    construction_compliance_kinds = fields.Char(
        string="Guarding Kinds", help="Separated by commas, such as: insurance, trade licence."
    )
    construction_compliance_days = fields.Integer(
        string="Warn of Expiry (Days)",
        default=30,
        help="For how many days before its last day a document shows as expiring soon.",
    )

    def write(self, vals):
        result = super().write(vals)
        if MATCHING & vals.keys():
            self._construction_resume_holds()
        return result

    def _construction_resume_holds(self):
        """Look again at all bills on hold: the rules have changed."""
        holds = self.env["construction.hold"].sudo()
        held = holds.search([("company_id", "in", self.ids), ("state", "=", "open")]).move_id
        held._construction_cure()

    def _construction_today(self):
        """The date of today in the time zone of this company (that of its address card, else UTC)."""
        self.ensure_one()
        zone = ZoneInfo(self.sudo().partner_id.tz or "UTC")
        return fields.Datetime.now().replace(tzinfo=UTC).astimezone(zone).date()

    def _construction_guarded_kinds(self):
        """Kinds of compliance documents that stop what they guard; None for every kind."""
        self.ensure_one()
        if self.construction_compliance_policy == "all":
            return None
        listed = self.construction_compliance_policy == "listed"
        return parse_kinds(self.construction_compliance_kinds) if listed else set()

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
