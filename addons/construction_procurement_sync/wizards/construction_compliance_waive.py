# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ConstructionComplianceWaive(models.TransientModel):
    """Asks until when and why; the document itself checks who may."""

    _name = "construction.compliance.waive"
    _description = "Waive Compliance Document"

    document_ids = fields.Many2many(
        "construction.compliance.document",
        relation="construction_compliance_waive_rel",
        string="Documents",
        required=True,
    )
    until = fields.Date(string="Through", required=True)
    reason = fields.Char(required=True)

    def action_waive(self):
        self.ensure_one()
        self.document_ids._construction_waive(self.until, self.reason)
        return {"type": "ir.actions.act_window_close"}
