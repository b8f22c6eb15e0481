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

    def _construction_check_stops(self, change, raised):
        jobs = self.env["project.project"].sudo().browse({cell[0] for cell in raised if cell})
        if None in raised:
            jobs |= self.sudo().construction_order_job_id
        # what it leaves as it is or lowers was released before
        stop = jobs._construction_shut()._construction_shut_stop()
        if stop:
            raise ChangeStopped(stop, "job")
        return super()._construction_check_stops(change, raised)

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


class PurchaseOrderLineShutJob(models.Model):
    # what of services is done for such a job, by event or by hand, its manager is told as of goods
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        served = self.browse()
        if {"qty_received", "qty_received_manual"} & vals.keys():
            served = self.filtered(lambda line: line.qty_received_method == "manual")
        before = {line: line.qty_received for line in served}
        result = super().write(vals)
        served.filtered(lambda line: line.qty_received > before[line])._construction_tell_shut_jobs()
        return result

    def _construction_tell_shut_jobs(self):
        """Tell the managers of closed and suspended jobs what was received of these lines."""
        for line in self.sudo():
            for job in line._construction_jobs()._construction_shut():
                name = self.env._(
                    "%(order)s, line %(line)s: %(quantity)s",
                    order=line.order_id.name,
                    line=line._construction_line_label(),
                    quantity=line.product_uom_id._construction_words(line.qty_received),
                )
                job.with_env(self.env)._construction_tell_received(name, line.partner_id)
