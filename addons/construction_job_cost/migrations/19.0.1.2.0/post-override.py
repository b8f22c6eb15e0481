# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An override covers what was short on its day, once; before, it covered whatever the order asked for in all.

What was short is found from the ledger as it stood then: the day is that of the override's line in the
order's log. Without such a line it cannot be known, nor for an order that was released before: its override
counts as used up, and whoever needs more asks for another.
"""

import logging
from datetime import timedelta
from decimal import Decimal

from odoo import SUPERUSER_ID, api

from odoo.addons.construction_job_cost.lib import budget

_logger = logging.getLogger(__name__)
UNRELEASED = ("draft", "sent")


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    orders = env["purchase.order"].search([("construction_override_by_id", "!=", False)])
    for order in orders:
        before = order.construction_override_amount
        moment = _moment(order)
        short = _short(env, order, moment) if moment else Decimal(0)
        used = Decimal(0) if order.state in UNRELEASED else short
        cr.execute(
            "UPDATE purchase_order SET construction_override_amount = %s, construction_override_used = %s"
            " WHERE id = %s",
            [short, used, order.id],
        )
        why = "as of the override" if moment else "its day is not known"
        _logger.info("override of %s: up to %s -> %s, used %s (%s)", order.name, before, short, used, why)
    env.invalidate_all()


def _moment(order):
    """When the order was overridden, by its log."""
    author = order.construction_override_by_id.partner_id
    messages = order.message_ids.filtered(
        lambda m: m.author_id == author and (order.construction_override_reason or "") in (m.body or "")
    )
    # what was entered in the same transaction was there
    return messages[:1].create_date and messages[:1].create_date + timedelta(seconds=1)


def _short(env, order, moment):
    """What the order was short of at a moment, in company currency, by the ledger of then.

    Of an order that was released before, what it then asked for in addition was in no ledger.
    """
    cr = env.cr
    asked = {
        cell: amount
        for cell, amount in _cells(
            cr, "document_model = 'purchase.order' AND document_id = %s AND stage = 'draft'", moment, order.id
        ).items()
        if amount > 0
    }
    controlled = (
        env["project.project"].browse({cell[0] for cell in asked})._construction_under_budget_control()
    )
    asked = {cell: amount for cell, amount in asked.items() if cell[0] in controlled.ids}
    if not asked:
        return Decimal(0)
    jobs = [cell[0] for cell in asked]
    figures = {}
    for kind, where in (
        ("budget", "kind = 'budget'"),
        ("actual", "kind = 'actual'"),
        ("committed", "kind = 'commitment'"),
        ("reserved", "kind = 'pending' AND stage = 'reserved'"),
    ):
        for cell, amount in _cells(cr, f"job_id = ANY(%s) AND {where}", moment, jobs).items():
            if cell[:2] in {key[:2] for key in asked}:
                figures[cell] = figures.get(cell, budget.Figures()) + budget.Figures(**{kind: amount})
    return sum((shortage.short for shortage in budget.shortages(asked, figures)), Decimal(0))


def _cells(cr, where, moment, *params):
    cr.execute(
        f"""SELECT job_id, cost_code_id, cost_type_id, SUM(amount)
              FROM construction_cost_entry WHERE {where} AND create_date <= %s
          GROUP BY job_id, cost_code_id, cost_type_id""",
        [*params, moment],
    )
    return {
        (job, code or False, cost_type): Decimal(str(amount))
        for job, code, cost_type, amount in cr.fetchall()
    }
