# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

DOCUMENT = ("partner_id", "company_id", "kind", "number", "expires", "active", "waived_until")


class ConstructionComplianceWaive(models.TransientModel):
    """Asks until when and why; the document itself checks who may."""

    _name = "construction.compliance.waive"
    _description = "Waive Compliance Document"
    _inherit = ["construction.seen.mixin"]
    _pointing = ("document_ids",)
    _shows = ("document_ids",)

    document_ids = fields.Many2many(
        "construction.compliance.document",
        relation="construction_compliance_waive_rel",
        string="Documents",
        required=True,
    )
    until = fields.Date(string="Through", required=True)
    reason = fields.Char(required=True)

    def _shown(self):
        return {
            document: self._figures(document, *DOCUMENT)
            for document in self.document_ids._origin.with_context(active_test=False)
        }

    def action_waive(self):
        self.ensure_one()
        self._check_seen()
        self.document_ids._construction_waive(self.until, self.reason)
        return {"type": "ir.actions.act_window_close"}
