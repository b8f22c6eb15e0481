# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from ..lib.at_once import at_once


class PurchaseRequestAllocation(models.Model):
    _inherit = "purchase.request.allocation"

    @api.model
    def search(self, domain, offset=0, limit=None, order=None):
        """What is known of all lines of an order is not asked for each of them."""
        known = at_once(self.env)
        if known is not None and known.unrequested and len(domain) == 1:
            [[name, operator, value]] = domain
            if (name, operator) == ("purchase_line_id", "=") and value in known.unrequested:
                return self.browse()
        return super().search(domain, offset, limit, order)
