# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from .purchase_order_mixin import RELEASED


class ConstructionPurchaseOrderReleaseMixin(models.AbstractModel):
    """What an order needs before it is confirmed: a cost code on each line, budget and approval."""

    # apart from the order: what it says and what lets it go are two ideas
    _inherit = "construction.purchase.order.mixin"  # pylint: disable=consider-merging-classes-inherited

    # --- coding ---------------------------------------------------------------

    def _uncoded(self, work, order):
        """The lines of the order that have a cost code neither from outside nor from a person.

        :return: list of (line of the event, order line)
        """
        rows = {row.construction_external_line: row for row in order.order_line}
        found = []
        for line in work.data["lines"]:
            row = rows.get(line["line"])
            if not row or (line.get("cost_code") and (row.cost_code_id or order.state == "purchase")):
                continue
            if not any(code for _job, code, *_rest in row._construction_coding_splits()):
                found.append((line, row))
        return found

    def _code_said(self, work, line):
        """The cost code that the event names for a line, or that a person chose for it, or an empty one."""
        if line.get("cost_code"):
            return self._cost_code(work, line["cost_code"], "/lines")
        return self._code_decided(work, line)

    def _ask_codings(self, work, order):
        """Take the cost codes that were chosen, and ask for those still missing: one item each.

        :return: whether any is missing; the order is then pending, and the message parked
        """
        missing = []
        for line, row in self._uncoded(work, order):
            code = self._code_said(work, line)
            if code:
                row.cost_code_id = code
            else:
                missing.append(
                    self._missing_code(
                        work, line, row.product_id, partner=order.partner_id, record=order.with_env(self.env)
                    )
                )
        if not missing or order.state == "purchase":
            return False
        order._construction_put_forward()
        work.park(missing[0])
        for error in missing[1:]:
            work.tell(error)
        return True

    # --- release --------------------------------------------------------------

    def _release(self, work, order, alone=True):
        """Confirm the order if policy and budget let it; else park the message."""
        ordered_on = self._job_date(work.job, work.data["ordered_at"])
        if order.state != "purchase":
            ordered_on = self._order_date(work, order, ordered_on)
        order = self._dated(work, order, ordered_on)
        if self._ask_codings(work, order):
            return
        stop = order._construction_release(alone)
        if stop:
            # what is not released is pending, as of the day it was ordered
            order._construction_put_forward()
            work.park(stop)
            return
        # a crosswalk entry, so that what waits in a concurrent transaction is released too
        self._bind(work, RELEASED, self._work_key(work), order.with_env(self.env), share=True)
