# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError

from .purchase_order_change import ChangeStopped
from .purchase_order_compliance import UNRELEASED


class PurchaseOrderShutJob(models.Model):
    """No order is released for a job that is closed or suspended."""

    # apart from approval, budget and compliance, which stop an order for reasons of their own
    _inherit = "purchase.order"  # pylint: disable=consider-merging-classes-inherited

    def _construction_shut_jobs(self):
        """The jobs of these orders that take nothing new."""
        orders = self.sudo()
        jobs = orders.order_line._construction_jobs() | orders.construction_order_job_id
        return jobs._construction_shut()

    def _construction_approval_stop(self):
        stop = self._construction_shut_jobs()._construction_shut_stop() if self.state in UNRELEASED else None
        return stop or super()._construction_approval_stop()

    def _construction_check_stops(self, change):
        stop = self._construction_shut_jobs()._construction_shut_stop()
        if stop:
            raise ChangeStopped(stop, "job")
        return super()._construction_check_stops(change)

    def write(self, vals):
        if vals.get("state") in ("to approve", "purchase"):
            for order in self.filtered(lambda order: order.state in UNRELEASED):
                for job in order._construction_shut_jobs():
                    raise UserError(
                        self.env._(
                            "Order %(order)s is not released. %(why)s",
                            order=order.name,
                            why=job.with_env(self.env)._construction_shut_sentence(),
                        )
                    )
        return super().write(vals)
