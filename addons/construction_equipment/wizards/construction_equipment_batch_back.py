# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ConstructionEquipmentBatchBack(models.TransientModel):
    """Asks why the journal entry of a batch is taken back."""

    _name = "construction.equipment.batch.back"
    _inherit = ["construction.seen.mixin"]
    _description = "Take a Batch of Machines Back"
    _pointing = ("batch_id",)
    _shows = ("batch_id",)

    batch_id = fields.Many2one("construction.equipment.batch", required=True)
    reason = fields.Char(required=True)

    def _shown(self):
        return {batch: [batch._asked_mark()] for batch in self.batch_id}

    def action_take_back(self):
        self.ensure_one()
        self._check_pointed()
        self._check_seen()
        self.batch_id.action_take_back(self.reason)
        return {"type": "ir.actions.act_window_close"}
