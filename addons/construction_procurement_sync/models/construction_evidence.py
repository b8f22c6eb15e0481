# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionEvidence(models.AbstractModel):
    _inherit = "construction.evidence"

    def _guarded(self):
        """Who let a held bill go, who approved a change of an order, who decided on what was left behind."""
        return {
            **super()._guarded(),
            "construction_hold": {
                "fixed": ("move_id", "rule", "create_date"),
                "persons": ("create_uid",),
                "closed": "OLD.state <> 'open'",
                "settled": ("state", "name", "excess", "figures", "release_reason", "released_at"),
                "settled_persons": ("released_by_id",),
            },
            "construction_order_change": {
                "fixed": ("order_id", "number", "origin", "revision", "header", "create_date"),
                "persons": ("create_uid", "requested_by_id"),
                "closed": "row.state <> 'pending'",
                "settled": ("state", "reason", "answer", "approved_at", "closed_at"),
                "settled_persons": ("approved_by_id",),
            },
            "construction_order_change_line": {
                "fixed": ("quantity_before", "quantity", "price_before", "price", "vals", "effect"),
                "parent": ("change_id", "construction_order_change", "row.state <> 'pending'"),
            },
            "construction_recode": {
                "fixed": ("company_id", "why", "source_id", "kind", "key", "create_date"),
                "persons": ("create_uid",),
                "closed": "row.state <> 'open'",
                "settled": ("state", "reason", "decided_at", "target_name"),
                "settled_persons": ("decided_by_id",),
            },
            "construction_recode_line": {
                "fixed": ("document_model", "document_id", "line_model", "line_id", "former_id", "outcome"),
                "parent": ("recode_id", "construction_recode", "row.state <> 'open'"),
            },
        }

    def _kept_by(self, module):
        kept = super()._kept_by(module)
        if module == "construction_procurement_sync" and self.env["construction.hold"].search_count(
            [], limit=1
        ):
            return self.env._("bills were held, and it says who released them")
        return kept
