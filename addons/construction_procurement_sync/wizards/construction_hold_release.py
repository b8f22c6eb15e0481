# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

BILL = ("state", "partner_id", "ref", "invoice_date", "currency_id", "amount_untaxed", "amount_total")
PAYEE = ("partner_bank_id", "construction_asked_bank_id")
LINE = (
    "display_type",
    "purchase_line_id",
    "product_id",
    "quantity",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
    "analytic_distribution",
)
HOLD = ("rule", "excess", "figures", "other_move_ids")


class ConstructionHoldRelease(models.TransientModel):
    """Asks why a bill is let go; the bill itself checks who may."""

    _name = "construction.hold.release"
    _description = "Release Payment Hold"
    _inherit = ["construction.seen.mixin"]
    _pointing = ("move_ids",)
    _shows = ("move_ids",)

    move_ids = fields.Many2many("account.move", string="Bills", required=True)
    hold_text = fields.Text(compute="_compute_hold_text", string="Open Holds")
    reason = fields.Char(required=True)

    def _compute_hold_text(self):
        for wizard in self:
            wizard.hold_text = "\n".join(
                f"{move.ref or move.name} ({move.currency_id.format(move.amount_total)}): "
                f"{move.construction_hold_text}"
                for move in wizard.move_ids
                if move.construction_hold_text
            )

    def _shown(self):
        """A bill as it stands, with what holds it: the reason is given for both."""
        figures = {}
        for bill in self.move_ids._origin:
            holds = bill._construction_open_holds()
            figures[bill] = [
                self._figures(bill, *BILL, *PAYEE),
                self._figures(bill.invoice_line_ids, *LINE),
                self._figures(holds, *HOLD),
            ]
        return figures

    def action_release(self):
        """Let go what holds these bills.

        :raises UserError: when one of them is no longer what was shown
        """
        self.ensure_one()
        self._check_seen()
        self.move_ids._construction_release_holds(self.reason)
        return {"type": "ir.actions.act_window_close"}
