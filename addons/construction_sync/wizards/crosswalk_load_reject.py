# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ConstructionCrosswalkLoadReject(models.TransientModel):
    _name = "construction.crosswalk.load.reject"
    _description = "Reject Keys from a File"
    _inherit = ["construction.pointing.mixin"]
    _pointing = ("load_id",)

    load_id = fields.Many2one("construction.crosswalk.load", required=True, readonly=True)
    reason = fields.Char(required=True, help="Whoever loaded the keys reads it.")

    def action_reject(self):
        """Refuse the keys; nothing of them is mapped."""
        self.ensure_one()
        self.load_id._reject(self.reason)
        return {"type": "ir.actions.act_window_close"}
