# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionEvidence(models.AbstractModel):
    _inherit = "construction.evidence"

    def _guarded(self):
        """Who held a bill, why, and who let it go."""
        return {
            **super()._guarded(),
            "construction_hold": {
                "fixed": ("move_id", "rule", "create_date"),
                "persons": ("create_uid",),
                "closed": "OLD.state <> 'open'",
                "settled": ("state", "name", "excess", "figures", "release_reason", "released_at"),
                "settled_persons": ("released_by_id",),
            },
        }

    def _kept_by(self, module):
        kept = super()._kept_by(module)
        if module == "construction_procurement_sync" and self.env["construction.hold"].search_count(
            [], limit=1
        ):
            return self.env._("bills were held, and it says who released them")
        return kept
