# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Run in an Odoo shell without our addons: orders, receipts and bills by the same calls.

Documents are created in one batch, as the handlers create them, and confirmed one by one, as the
handlers do. Receipts are validated and bills posted one by one, or with BENCH_TOGETHER all at once, which
is what the handlers do. Everything by a user with the rights of a service user.
"""

import os
import sys
import uuid

sys.path.insert(0, os.environ["BENCH_ROOT"])

from odoo import Command  # noqa: E402

from bench import documents  # noqa: E402
from bench.meter import Meter  # noqa: E402

GROUPS = (
    "base.group_user",
    "purchase.group_purchase_user",
    "stock.group_stock_user",
    "account.group_account_invoice",
    "base.group_partner_manager",
    "product.group_product_manager",
)


def prepare(env):
    """What the documents need, once. :return: the user's environment and the records"""
    user = env["res.users"].search([("login", "=", "bench")])
    if not user:
        env["account.chart.template"].try_loading("generic_coa", company=env.company, install_demo=False)
        groups = [env.ref(group).id for group in GROUPS]
        user = env["res.users"].create(
            {"name": "bench", "login": "bench", "group_ids": [Command.set(groups)]}
        )
        env["res.partner"].create({"name": "S-1", "ref": "S-1"})
        env["product.product"].create(
            [{"name": name, "is_storable": True, "default_code": name} for name in documents.PRODUCTS]
        )
        job, *others = distribution_plans(env)
        env["account.analytic.account"].create(
            [{"name": "J-1", "plan_id": job.id, "company_id": env.company.id}]
            + [{"name": code, "plan_id": others[0].id} for code in documents.CODES]
            + [{"name": "Material", "plan_id": others[1].id}]
        )
    env = env(user=user, context={"allowed_company_ids": env.company.ids, "lang": "en_US", "tz": "UTC"})
    accounts = env["account.analytic.account"].sudo()
    account = {a.name: a.id for a in accounts.search([])}
    return env, {
        "supplier": env["res.partner"].search([("ref", "=", "S-1")]),
        "products": [
            env["product.product"].search([("default_code", "=", name)]) for name in documents.PRODUCTS
        ],
        "coding": [
            {f"{account['J-1']},{account[code]},{account['Material']}": 100} for code in documents.CODES
        ],
        "tax": env.company.account_purchase_tax_id,
    }


def distribution_plans(env):
    plans = env["account.analytic.plan"]
    project, _others = plans._get_all_plans()
    return project, plans.create({"name": "Cost Code"}), plans.create({"name": "Cost Type"})


def order_vals(records, key):
    lines = [
        {
            "product_id": records["products"][number].id,
            "name": f"Line {number + 1}",
            "product_qty": documents.QUANTITY,
            "price_unit": documents.price(key),
            "tax_ids": [],
            "date_planned": "2026-03-02 15:00:00",
            "analytic_distribution": records["coding"][number],
        }
        for number in range(documents.LINES)
    ]
    return {
        "name": key,
        "partner_id": records["supplier"].id,
        "date_order": "2026-03-02 15:00:00",
        "order_line": [Command.create(line) for line in lines],
    }


def bill_vals(records, order):
    return {
        "move_type": "in_invoice",
        "partner_id": order.partner_id.id,
        "currency_id": order.currency_id.id,
        "ref": f"I-{order.name}",
        "invoice_date": "2026-03-10",
        "date": "2026-03-10",
        "invoice_origin": order.name,
        "invoice_line_ids": [
            Command.create(
                {
                    "display_type": "product",
                    "name": line.name,
                    "product_id": line.product_id.id,
                    "product_uom_id": line.product_uom_id.id,
                    "quantity": documents.QUANTITY,
                    "price_unit": documents.price(order.name),
                    "discount": 0.0,
                    "purchase_line_id": line.id,
                    "tax_ids": [Command.set(records["tax"].ids)],
                    "analytic_distribution": line.analytic_distribution,
                }
            )
            for line in order.order_line
        ],
    }


def receive(orders):
    moves = orders.order_line.move_ids
    moves.quantity = documents.QUANTITY
    moves.write({"picked": True})
    pickings = moves.picking_id
    pickings._action_done()
    pickings.write({"date_done": "2026-03-05 21:00:00"})


def steps(records):
    """The recordsets that a step takes, one after the other."""
    return [records] if os.environ.get("BENCH_TOGETHER") else records


def measure(meter, env, records, count):
    prefix = uuid.uuid4().hex[:8]
    with meter.phase("orders", count):
        orders = env["purchase.order"].create(
            [order_vals(records, f"PO-{prefix}-{number}") for number in range(count)]
        )
        for order in orders:
            order.button_confirm()
        env.cr.commit()
    with meter.phase("receipts", count):
        for step in steps(orders):
            receive(step)
        env.cr.commit()
    with meter.phase("bills", count):
        bills = env["account.move"].create([bill_vals(records, order) for order in orders])
        for step in steps(bills):
            step._post(soft=False)
        env.cr.commit()
    assert set(orders.mapped("state")) == {"purchase"} and set(bills.mapped("state")) == {"posted"}
    assert all(line.qty_received == line.qty_invoiced == 100 for line in orders.order_line)


def main(env):
    env, records = prepare(env)
    env.cr.commit()
    meter = Meter(env)
    measure(meter, env, records, 2)  # what is loaded once is loaded here
    measure(meter, env, records, int(os.environ["BENCH_COUNT"]))
    meter.save()


main(env)  # noqa: F821
