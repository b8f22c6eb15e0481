# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Run in an Odoo shell with the whole suite: the same documents as events, taken by a lane's jobs."""

import cProfile
import os
import sys
import uuid
from datetime import datetime, timezone

sys.path.insert(0, os.environ["BENCH_ROOT"])

from odoo import Command  # noqa: E402

from odoo.addons.construction_sync.lib import ordering, strict_json  # noqa: E402

from bench import documents, profile  # noqa: E402
from bench.meter import Meter  # noqa: E402

SHARD = 0


def prepare(env):
    """The source, the master data and a budget with room, once. :return: the source"""
    source = env["construction.source"].search([("code", "=", "bench")])
    if source:
        return source
    env["account.chart.template"].try_loading("generic_coa", company=env.company, install_demo=False)
    env.company.construction_bill_autopost = True
    types = env["construction.event.type"].search([("direction", "=", "in")])
    source = env["construction.source"].create(
        {"name": "Bench", "code": "bench", "event_type_ids": types.ids}
    )
    source._make_service_user()
    owner = env.ref("base.user_admin")
    owner.group_ids |= env.ref("construction_base.group_integration_manager")
    source.owner_id = owner
    env["construction.source.credential"]._issue(source)
    source.action_go_live()
    job = env["project.project"].create(
        {
            "name": "J-1",
            "is_construction_job": True,
            "job_number": "J-1",
            "job_status": "active",
            "company_id": env.company.id,
        }
    )
    codes = env["construction.cost.code"].create(
        [{"code": code, "name": code, "company_id": env.company.id} for code in documents.CODES]
    )
    supplier = env["res.partner"].create({"name": "S-1"})
    products = env["product.product"].create(
        [{"name": name, "is_storable": True} for name in documents.PRODUCTS]
    )
    bind = env["construction.crosswalk"]._bind
    bind(source, "job", {"J-1": job})
    bind(source, "supplier", {"S-1": supplier})
    bind(source, "cost_code", {code.code: code for code in codes})
    bind(source, "item", {product.name: product for product in products})
    material = env.ref("construction_base.cost_type_material")
    line = {"cost_type_id": material.id, "amount": 1e12}
    budget = env["construction.budget"].create(
        {
            "title": "Original budget",
            "job_id": job.id,
            "kind": "original",
            "date": "2026-01-01",
            "line_ids": [Command.create({"cost_code_id": code.id, **line}) for code in codes],
        }
    )
    budget.action_submit()
    budget.action_approve()
    return source


def subjects(source, prefix, count):
    """Names of one shard, so that one job takes them all in one batch."""
    found, number = [], 0
    while len(found) < count:
        name = f"{prefix}-{number}"
        if ordering.shard_of(f"{source.id}:{name}") == SHARD:
            found.append(name)
        number += 1
    return found


def accept(env, source, kind, by_subject):
    """Store one delivery of many events as the accept path does."""
    events = [
        {
            "specversion": "1.0",
            "id": uuid.uuid4().hex,
            "source": "/bench",
            "type": kind,
            "time": "2026-03-10T12:00:00Z",
            "subject": subject,
            "dataschema": f"https://example.com/{kind}/v1",
            "data": data,
        }
        for subject, data in by_subject.items()
    ]
    body = strict_json.dumps(events).encode()
    delivery = {
        "webhook_id": uuid.uuid4().hex,
        "body_hash": uuid.uuid4().hex,
        "body": body,
        "content_type": "application/cloudevents-batch+json",
        "headers_text": "{}",
        "credential_id": None,
        "received_at": datetime.now(timezone.utc).replace(tzinfo=None),
    }
    config = env["construction.source"]._runtime(source.code)
    results = env["construction.accept"]._accept(config, delivery, strict_json.loads(body))
    assert {result["status"] for result in results} == {"accepted"}, results
    receipts = [result["receipt"] for result in results]
    # the lane reads it in transactions of its own
    env.cr.commit()
    return env["construction.message"].search([("receipt", "in", receipts)])


def take(env, messages):
    """The lane's job, and its commit."""
    env["construction.message"]._run_shard(messages[0].lane, SHARD)
    env.cr.commit()


def measure(meter, env, source, count):
    prefix = uuid.uuid4().hex[:8]
    currency, tax = env.company.currency_id.name, env.company.account_purchase_tax_id.amount
    orders = subjects(source, f"PO-{prefix}", count)
    invoices = subjects(source, f"I-{prefix}", count)
    steps = {
        "orders": (
            "procurement.purchase_order.approved",
            {key: documents.order(key, "J-1", currency) for key in orders},
        ),
        "receipts": (
            "procurement.delivery.received",
            {key: documents.delivery(key) for key in orders},
        ),
        "bills": (
            "procurement.invoice.received",
            {
                key: documents.invoice(key, order, currency, tax)
                for key, order in zip(invoices, orders, strict=True)
            },
        ),
    }
    for name, (kind, by_subject) in steps.items():
        messages = accept(env, source, kind, by_subject)
        with meter.phase(name, count):
            take(env, messages)
        messages.invalidate_recordset()
        problems = {message.problem for message in messages if message.state != "done"}
        assert not problems, problems
    bills = env["account.move"].search([("ref", "in", invoices)])
    assert bills.mapped("state") == ["posted"] * count, bills.mapped("state")


def main(env):
    source = prepare(env)
    env.cr.commit()
    meter = Meter(env)
    count = int(os.environ["BENCH_COUNT"])
    measure(meter, env, source, 2)  # what is loaded once is loaded here
    if not os.environ.get("BENCH_PROFILE"):
        measure(meter, env, source, count)
        meter.save()
        return
    profiler = cProfile.Profile()
    profiler.enable()
    measure(meter, env, source, count)
    profiler.disable()
    meter.save(profile=profile.digest(profiler))


main(env)  # noqa: F821
