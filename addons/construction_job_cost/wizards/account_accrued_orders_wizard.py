# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class AccountAccruedOrdersWizard(models.TransientModel):
    _inherit = "account.accrued.orders.wizard"

    def _compute_move_vals(self):
        """Accrue in the general ledger only: the ledger of jobs accrues what was received by itself.

        Coded to the jobs of the order, the entry would be cost of theirs a second time.
        """
        vals, orders = super()._compute_move_vals()
        lines = self.env["account.move.line"]
        for _command, _id, line in vals["line_ids"]:
            # said even where there is none: what is not said is computed
            line["analytic_distribution"] = lines._construction_uncoded(line.get("analytic_distribution"))
        return vals, orders
