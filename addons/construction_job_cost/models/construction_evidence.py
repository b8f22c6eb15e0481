# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

BUDGET_APPROVED = "row.state = 'approved'"


class ConstructionEvidence(models.AbstractModel):
    _inherit = "construction.evidence"

    def _guarded(self):
        """The ledger, what it follows from, periods closed and reopened, and approved budgets."""
        return {
            **super()._guarded(),
            # its rows have guards of their own, with the two doors that it says
            "construction_cost_entry": {"rows": False},
            "construction_cost_step": {"fixed": ("date", "order_line", "received", "terms")},
            "construction_cost_mark": {
                "fixed": ("signature", "date_from", "date_to", "difference", "reason", "create_date"),
                "persons": ("create_uid",),
            },
            "construction_cost_lock": {
                "fixed": ("company_id", "previous_date", "lock_date", "reason", "create_date"),
                "persons": ("create_uid",),
            },
            "construction_budget": {
                "persons": ("create_uid",),
                "kept": "OLD.state <> 'draft'",
                # neither what it says nor that it was approved
                "closed": "OLD.state = 'approved'",
                "settled": ("state", "name", "title", "kind", "job_id", "date", "reason", "approved_at"),
                "settled_persons": ("submitted_by_id", "approved_by_id"),
            },
            "construction_budget_line": {
                "fixed": ("cost_code_id", "cost_type_id", "name", "quantity", "product_uom_id", "amount"),
                "parent": ("budget_id", "construction_budget", BUDGET_APPROVED),
            },
        }
