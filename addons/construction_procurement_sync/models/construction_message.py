# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class ConstructionMessage(models.Model):
    _inherit = "construction.message"

    @api.model
    def _resume_for_records(self, records, besides=None):
        """Look again at bills that a person entered too: no message is parked on them."""
        parked = super()._resume_for_records(records, besides)
        if records._name == "account.move":
            records._construction_recheck()
        return parked
