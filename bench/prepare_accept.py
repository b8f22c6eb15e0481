# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Run in an Odoo shell on the accept database: who may send, and where it may send to."""

import json
import os
from datetime import timedelta

from odoo import fields

GETTER = """model.create({
    'type_name': payload['type'],
    'event_source': payload['source'],
    'event_id': payload['id'],
    'subject': payload['subject'],
    'occurred_at': payload['time'][:19].replace('T', ' '),
    'correlation': payload['correlationid'],
    'data': str(payload['data']),
    'state': 'received',
})"""


def user(env, login, group):
    return env["res.users"].create(
        {"name": login, "login": login, "group_ids": [(6, 0, [env.ref(group).id])]}
    )


def source(env):
    record = env["construction.source"].create(
        {
            "name": "Bench",
            "code": "bench",
            "owner_id": env.ref("base.user_admin").id,
            "event_type_ids": env["construction.event.type"].search([("name", "=", "bench.order.noted")]).ids,
        }
    )
    record._make_service_user()
    secret = env["construction.source.credential"]._issue(record)
    record.action_go_live()
    return secret


def hook(env):
    model = env.ref("construction_bench.model_construction_bench_row")
    rule = env["base.automation"].create(
        {
            "name": "Bench",
            "model_id": model.id,
            "trigger": "on_webhook",
            "record_getter": GETTER,
        }
    )
    return f"/web/hook/{rule.webhook_uuid}"


def api_key(env):
    caller = user(env, "bench_caller", "base.group_user")
    until = fields.Datetime.now() + timedelta(days=1)
    return env(user=caller)["res.users.apikeys"].sudo()._generate("rpc", "bench", until)


def main(env):
    info = {"secret": source(env), "hook": hook(env), "api_key": api_key(env)}
    env.cr.commit()
    with open(os.environ["BENCH_INFO"], "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        json.dump(info, file)


main(env)  # noqa: F821
