# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.models.construction_event_handler import at_work

# what bills of a line are matched with
MATCHED = {
    "analytic_distribution",
    "construction_job_id",
    "cost_code_id",
    "cost_type_id",
    "discount",
    "price_unit",
    "product_id",
    "product_qty",
    "product_uom_id",
    "qty_received",
    "tax_ids",
}


class PurchaseOrderLineCure(models.Model):
    """A bill on hold that agrees with its order by now is let go."""

    # apart from the line: what hangs on it is another idea
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        result = super().write(vals)
        # an event looks once it has changed all that it tells of
        if MATCHED & vals.keys() and not at_work(self.env):
            self._construction_cure_bills()
        return result

    def _construction_cure_bills(self):
        """Look again at the bills of these lines that are on hold."""
        self.sudo().invoice_lines.move_id._construction_cure()
