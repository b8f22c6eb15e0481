# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ConstructionHoldRelease(models.TransientModel):
    """Asks why a bill is let go; the bill itself checks who may."""

    _name = "construction.hold.release"
    _description = "Release Payment Hold"

    move_ids = fields.Many2many("account.move", string="Bills", required=True)
    hold_text = fields.Text(compute="_compute_hold_text", string="Open Holds")
    reason = fields.Char(required=True)

    def _compute_hold_text(self):
        for wizard in self:
            wizard.hold_text = "\n".join(
                f"{move.ref or move.name}: {move.construction_hold_text}"
                for move in wizard.move_ids
                if move.construction_hold_text
            )

    def action_release(self):
        self.ensure_one()
        self.move_ids._construction_release_holds(self.reason)
        return {"type": "ir.actions.act_window_close"}
