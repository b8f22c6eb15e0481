# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.lib.words import listed

# whose figures go by what an order still expects
OF_THE_ORDER = ("quantity", "service")


class AccountMoveCancelledOrder(models.Model):
    """A bill on hold does not keep its order from being cancelled: its hold says that it is."""

    # apart from matching: it changes nothing of what a bill is held for
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _construction_problems(self, bank_account, by_hand=False):
        problems = super()._construction_problems(bank_account, by_hand)
        orders = self.invoice_line_ids.purchase_line_id.order_id.filtered(
            lambda order: order.state == "cancel"
        )
        for problem in problems if orders else ():
            if problem["rule"] in OF_THE_ORDER:
                problem["name"] = self.env._(
                    "%(problem)s. Cancelled by now: order %(orders)s",
                    problem=problem["name"],
                    orders=listed(self.env, orders.mapped("name")),
                )
        return problems

    def _construction_say_cancelled(self):
        """Look again at those of these on hold, whose order was cancelled."""
        held = self.filtered(lambda move: move.state == "draft" and move.construction_on_hold)
        if held:
            held._construction_recheck()
            held._construction_cure()
