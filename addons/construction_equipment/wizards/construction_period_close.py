# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionPeriodClose(models.TransientModel):
    _inherit = "construction.period.close"

    def _what_is_draft(self):
        """Add the charges of machines that the books do not have yet."""
        charges = self.env["construction.equipment.charge"]
        waiting = charges.search_count(charges._unbooked_domain(self.company_id, self.date))
        drafts = super()._what_is_draft()
        if not waiting:
            return drafts
        words = self.env._(
            "Charges of machines up to there that no journal batch has posted: %s. Their entry will need a "
            "later date.",
            waiting,
        )
        return f"{drafts}\n{words}" if drafts else words
