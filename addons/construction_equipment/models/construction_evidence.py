# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

CHARGED = "row.state <> 'proposed'"
BOOKED = "row.state <> 'draft'"


class ConstructionEvidence(models.AbstractModel):
    _inherit = "construction.evidence"

    def _guarded(self):
        """Charges that were approved: they are taken back by others."""
        return {
            **super()._guarded(),
            "construction_equipment_charge": {
                "persons": ("create_uid",),
                "kept": "OLD.state <> 'proposed'",
                "closed": CHARGED,
                "settled": (
                    *("equipment_id", "company_id", "date", "accounting_date", "job_id", "cost_code_id"),
                    *("cost_type_id", "currency_id", "hours", "amount", "reverses_id", "approved_at"),
                    *("company_amount", "owner_company_id", "owner_amount"),
                ),
                "settled_persons": ("approved_by_id",),
            },
            "construction_equipment_charge_line": {
                "fixed": ("status", "rate_id", "hours", "charged", "rate", "amount"),
                "parent": ("charge_id", "construction_equipment_charge", CHARGED),
            },
            "construction_equipment_batch": {
                "persons": ("create_uid",),
                "kept": "OLD.state <> 'draft'",
                "closed": BOOKED,
                "settled": ("company_id", "date", "date_to", "move_id", "amount", "posted_at"),
                "settled_persons": ("posted_by_id",),
            },
            "construction_equipment_batch_line": {
                "fixed": (
                    *("side", "job_id", "cost_code_id", "cost_type_id", "equipment_id"),
                    *("other_company_id", "back", "amount"),
                ),
                "parent": ("batch_id", "construction_equipment_batch", BOOKED),
            },
        }
