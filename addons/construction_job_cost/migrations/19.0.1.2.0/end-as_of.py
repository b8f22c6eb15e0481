# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Since when each order line is what it is: told from what the ledger holds and from the transfers.

Nothing of the ledger changes here. Where it said of a past day something else than follows from this (an
accrual below zero, because a receipt was entered before a bill of an earlier date), the reconciliation
lists it.
"""

import logging
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from odoo import SUPERUSER_ID, api

from odoo.addons.construction_base.lib.decimals import ZERO, decimal
from odoo.addons.construction_job_cost.lib.timeline import COMMITTED, Step, Terms, add

_logger = logging.getLogger(__name__)
BATCH = 1000


def migrate(cr, version):
    # at the end: what puts an order forward is known when all addons are there
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        """
        SELECT DISTINCT res_id FROM construction_cost_entry
        WHERE res_model = 'purchase.order.line'
          AND res_id NOT IN (SELECT order_line FROM construction_cost_step)
        ORDER BY res_id
        """
    )
    ids = [row[0] for row in cr.fetchall()]
    count = 0
    for start in range(0, len(ids), BATCH):
        lines = env["purchase.order.line"].browse(ids[start : start + BATCH]).exists()
        count += note(env, lines)
    wizard = env["construction.reconciliation"].create({})
    past = sum(1 for _difference in wizard._past_differences(wizard._jobs()))
    _logger.info("%s steps of order lines noted; %s past differences to look at", count, past)


def note(env, lines):
    posted = env["construction.cost.entry"]._posted_days([lines])
    bills = lines._construction_billed_on()
    steps = []
    for line, figures in lines._construction_order_lines().items():
        days = posted[line._name, line.id]
        if not days:
            continue
        found = [
            Step(day, terms=terms)
            for day, terms in terms_of(line._construction_terms(figures), days, bills[line.id])
        ]
        found += [Step(day, quantity) for day, quantity in received(line, figures, days)]
        steps += [(line, step) for step in sorted(found, key=lambda step: step.date)]
    env["construction.cost.step"]._append(steps)
    return len(steps)


def terms_of(now, days, bills):
    """[(day, Terms)]: what the ledger shows to have held since each of its days."""
    result, present, known, ordered = [], {}, Terms(), False
    last = max(days)
    for day in sorted(days):
        present = add(present, days[day])
        ordered = ordered or any(key[0] == COMMITTED for key in present)
        terms = now if day == last else shown(now, present, [b for b in bills if b.date <= day], ordered)
        if terms != known:
            result.append((day, terms))
            known = terms
    return result


def shown(now, present, bills, ordered):
    """The terms that the sums of one day show: closed short shows on its last day only, by what fell."""
    now = replace(now, closed_short=False)
    pending = {key: sums for key, sums in present.items() if key[0] == "pending" and sums[1]}
    if not pending and not ordered:
        return Terms()
    found = pending or {key: sums for key, sums in present.items() if key[0] == COMMITTED}
    amount = sum((sums[1] for sums in found.values()), ZERO) / (now.factor or 1)
    quantity = sum((sums[2] for sums in found.values()), ZERO)
    if not pending:
        amount += sum((bill.amount for bill in bills), ZERO)
        quantity += sum((bill.quantity for bill in bills), ZERO)
    stage = next(iter(pending))[1] if pending else COMMITTED
    same = now.stage == stage and abs(amount - now.amount) < Decimal("0.005")
    keys = {key[2:5] for key, sums in found.items() if sums[1]}
    if same and (not keys or keys == {share[:3] for share in now.coding}):
        return now
    currency = next(iter(found))[5] or now.currency
    price, coding = now.unit_price, shares(now, found)
    return Terms(stage, amount, quantity, price, False, now.factor, now.rate, currency, coding)


def shares(now, found):
    total = sum((sums[1] for sums in found.values()), ZERO)
    if not total:
        return now.coding
    return tuple((*key[2:5], sums[1] / total) for key, sums in found.items() if sums[1])


def received(line, figures, days):
    """[(day, quantity)]: what the transfers brought when; the rest (services) when it was accrued."""
    job = line.construction_job_id
    result = defaultdict(lambda: ZERO)
    for move in line.move_ids.filtered(lambda found: found.state == "done"):
        quantity = decimal(
            move.product_uom._compute_quantity(move.quantity, line.product_uom_id, round=False)
        )
        if move._is_purchase_return():
            quantity = -quantity if not move.origin_returned_move_id or move.to_refund else ZERO
        result[job._construction_local_date(move.date) if job else move.date.date()] += round(quantity, 6)
    rest = figures.received - sum(result.values(), ZERO)
    for day in sorted(days):
        accrued = sum((sums[2] for key, sums in days[day].items() if key[0] == "accrual"), ZERO)
        if rest > 0 and accrued > 0:
            result[day] += min(rest, accrued)
            rest -= min(rest, accrued)
    if rest:
        result[max(days)] += rest
    return sorted((day, quantity) for day, quantity in result.items() if quantity)
