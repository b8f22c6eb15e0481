# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ConstructionCrosswalkLoadReject(models.TransientModel):
    _name = "construction.crosswalk.load.reject"
    _description = "Reject Keys from a File"
    _inherit = ["construction.seen.mixin"]
    _pointing = ("load_id",)
    _shows = ("load_id",)

    load_id = fields.Many2one("construction.crosswalk.load", required=True, readonly=True)
    reason = fields.Char(required=True, help="Whoever loaded the keys reads it.")

    def _shown(self):
        return {load: self._figures(load, "state", "filename", "submitted_at") for load in self.load_id}

    def action_reject(self):
        """Refuse the keys; nothing of them is mapped."""
        self.ensure_one()
        self._check_seen()
        self.load_id._reject(self.reason)
        return {"type": "ir.actions.act_window_close"}
