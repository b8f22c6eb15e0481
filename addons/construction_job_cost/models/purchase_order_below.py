# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.lib.decimals import ZERO, decimal

from ..errors import BelowNothing


class PurchaseOrder(models.Model):
    """An order takes nothing off a job beyond what it orders there: it would make room for others.

    What a supplier owes back is credited by its bill.
    """

    # apart from the order: what it may ask for and how little are two ideas
    _inherit = "purchase.order"  # pylint: disable=consider-merging-classes-inherited

    def _construction_check_budget(self, lines=None):
        self._construction_check_not_below()
        return super()._construction_check_budget(lines)

    def _construction_check_not_below(self):
        """:raises BelowNothing: for an order whose lines of one job come to less than nothing"""
        for order in self.sudo():
            lines = order.order_line.filtered(lambda line: not line.display_type)
            if all(line.price_subtotal >= 0 for line in lines):
                continue
            of_job = {}
            for line in lines:
                for job, _code, _type, fraction in line._construction_coding_splits():
                    if job:
                        part = decimal(line.price_subtotal) * decimal(fraction)
                        of_job[job] = of_job.get(job, ZERO) + part
            for job, amount in of_job.items():
                if order.currency_id.compare_amounts(float(amount), 0) < 0:
                    raise BelowNothing(
                        self.env._(
                            "Order %(order)s would come to %(amount)s on job %(job)s: an order is not below "
                            "nothing. What the supplier owes is credited, and what is ordered too much is "
                            "lowered on the order that has it.",
                            order=order.name,
                            amount=order.currency_id.format(float(amount)),
                            job=job.display_name,
                        ),
                        job=job,
                        partner=order.partner_id,
                        record=order.with_env(self.env),
                    )
