# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.exceptions import Choice, ClosedPeriod, Undecided

from .procurement_mixin import NEXT_OPEN, ORDER, PERIOD


class ConstructionProcurementAskingMixin(models.AbstractModel):
    """What purchasing events leave open, and how a person is asked for it."""

    # apart from what the handlers share: reading an event and asking a person are two ideas
    _inherit = "construction.procurement.mixin"

    def _open_date(self, work, date, what, groups, **info):
        """The date to post on: that of the document, or the next open one once a person said so.

        :param str groups: who may say so
        :raises ClosedPeriod: when the period is locked and nobody said so
        """
        try:
            self._check_open(work, date, what, **info)
        except ClosedPeriod as error:
            if work.decided(PERIOD).code == NEXT_OPEN:
                return error.proposed_date
            raise self._ask_period(error, groups) from error
        return date

    def _ask_period(self, error, groups):
        error.question = PERIOD
        error.choices = [
            Choice(NEXT_OPEN, self.env._("Post it on the next open day, %s", error.proposed_date), groups)
        ]
        return error

    def _chosen_order(self, work, supplier, what, groups):
        """The order that a person chose for a document that names none.

        :raises Undecided: until one is chosen, with the orders that it may be of
        """
        order = work.decided(ORDER)._record()
        sentence = self.env._("%s names no order. Choose the one that it is of.", what)
        if order is not None and order._name == "purchase.order":
            order = self.env["purchase.order"].browse(order.id)
            same = order.partner_id.commercial_partner_id == supplier.commercial_partner_id
            if same and order.state == "purchase" and order.company_id == self.env.company:
                ordered_for = order.construction_order_job_id or order.order_line.construction_job_id[:1]
                work.job = work.job or ordered_for
                return order
            sentence = self.env._(
                "%(what)s names no order, and %(order)s is no confirmed order of %(supplier)s. "
                "Choose another.",
                what=what,
                order=order.name,
                supplier=supplier.display_name,
            )
        raise Undecided(
            sentence,
            cause_key=f"no_order:{self._document_kind}:{self._work_key(work)}",
            question=ORDER,
            choices=[Choice(ORDER, self.env._("It is of"), groups, needs="record", model="purchase.order")],
            candidates=lambda: self._order_candidates(work, supplier),
            job=work.job,
            partner=supplier,
        )

    def _order_candidates(self, work, supplier):
        return []
