# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Documents are known by all that makes them one: keys, waits, causes and contents of before."""

import logging

from odoo import SUPERUSER_ID, api

from odoo.addons.construction_sync.errors import SyncError
from odoo.addons.construction_sync.lib import content, crypto
from odoo.addons.construction_sync.lib.keys import document_key, fold, numbered

_logger = logging.getLogger(__name__)

DELIVERY = "procurement.delivery.received"
INVOICE = "procurement.invoice.received"
REQUEST = "procurement.material.requested"
ORDERS = ("procurement.purchase_order.approved", "procurement.purchase_order.changed")
# kind of a document → its types, and the field of its number
DOCUMENTS = {
    "invoice": ((INVOICE,), "invoice"),
    "receipt": ((DELIVERY,), "receipt"),
    "request": ((REQUEST,), "request"),
    "order": (ORDERS, "order"),
}
OF_ORDER = ("approved_twice", "party", "over_delivery", "cancel_started", "cancelled", "budget", "approval")
OF_REVISION = ("below_received", "line_item", "acceptance")
OF_DOCUMENT = ("not_ordered", "sum", "total", "hold")


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    messages = _messages_of_documents(env)
    _rewrite_keys(env, messages)
    _rewrite_waits(env)
    _rewrite_causes(env)
    _note_contents(env, messages)
    _number_orders(env)
    env.invalidate_all()


def _messages_of_documents(env):
    """{(kind, model, id, number as it was sent): messages that brought it, the earliest first}"""
    types = [name for names, _field in DOCUMENTS.values() for name in names]
    env.cr.execute(
        """
        SELECT DISTINCT m.id, m.type_name, r.res_model, r.res_id
        FROM construction_message m JOIN construction_message_record r ON r.message_id = m.id
        WHERE m.type_name = ANY(%s) AND m.state IN ('done', 'exception', 'waiting', 'retry', 'received')
        ORDER BY m.id
        """,
        [types],
    )
    kinds = {name: kind for kind, (names, _field) in DOCUMENTS.items() for name in names}
    found = {}
    for message_id, type_name, res_model, res_id in env.cr.fetchall():
        message = env["construction.message"].browse(message_id)
        kind = kinds[type_name]
        number = message._payload().get(DOCUMENTS[kind][1])
        found.setdefault((kind, res_model, res_id, number), []).append(message)
    return found


# ---- keys ------------------------------------------------------------------------------


def _rewrite_keys(env, messages):
    env.cr.execute(
        """
        SELECT id, source_id, kind, key, res_model, res_id, valid_until IS NULL
        FROM construction_crosswalk
        WHERE kind IN ('invoice', 'receipt', 'request', 'order', 'released_order', 'order_line')
        ORDER BY id
        """
    )
    new, taken = {}, {}
    for entry_id, source_id, kind, key, res_model, res_id, current in env.cr.fetchall():
        wanted = _new_key(env, messages, kind, key, res_model, res_id)
        slot = (source_id, kind)
        if current and (*slot, wanted) in taken:
            first, number = taken[(*slot, wanted)], 2
            while (*slot, numbered(wanted, number)) in taken:
                number += 1
            free = numbered(wanted, number)
            _tell_double(env, source_id, kind, wanted, first, (res_model, res_id), free)
            wanted = free
        if current:
            taken[(*slot, wanted)] = (res_model, res_id)
        if wanted != key:
            new[entry_id] = wanted
    if not new:
        return
    _unguarded(env, "construction_crosswalk", _write_keys, new)
    _logger.info("%s keys of documents rewritten", len(new))


def _unguarded(env, table, step, *args):
    """Run a step that rewrites what nobody else may rewrite."""
    env.flush_all()
    env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    step(env, *args)
    env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _write_keys(env, new):
    # out of the way first: a new key may be another's old one
    env.cr.execute("UPDATE construction_crosswalk SET key = '~' || id WHERE id = ANY(%s)", [list(new)])
    env.cr.executemany(
        "UPDATE construction_crosswalk SET key = %s WHERE id = %s", [(key, id_) for id_, key in new.items()]
    )


def _new_key(env, messages, kind, key, res_model, res_id):
    if kind in ("order", "released_order"):
        return document_key(key)
    if kind == "order_line":
        line = env[res_model].browse(res_id).exists() if res_model in env else None
        order = line and line.order_id.construction_external_key
        if order and key.startswith(f"{order}/"):
            return document_key(order, key[len(order) + 1 :])
        return document_key(*key.split("/", 1))
    brought = messages.get((kind, res_model, res_id, key))
    if brought:
        return _document_key(brought[0])
    return _key_of_record(env, kind, key, res_model, res_id)


def _document_key(message):
    return message.event_type_id._handler()._document_key(message._payload())


def _key_of_record(env, kind, key, res_model, res_id):
    """The key of a document that a person mapped, from what its record says."""
    record = env[res_model].browse(res_id).exists() if res_model in env else None
    if not record:
        return fold(key)
    if kind == "invoice" and res_model == "account.move":
        supplier = record.commercial_partner_id.construction_external_key or record.commercial_partner_id.name
        return document_key(supplier, "credit_note" if record.move_type == "in_refund" else "invoice", key)
    if kind == "receipt":
        order = record if res_model == "purchase.order" else record.purchase_id
        return document_key(order.construction_external_key or order.name, key)
    if kind == "request" and res_model == "purchase.request":
        return document_key(record.line_ids.construction_job_id[:1].job_number, key)
    return fold(key)


def _tell_double(env, source_id, kind, key, first, second, free):
    names = [_name(env, *pair) for pair in (first, second)]
    if first == second:
        return
    source = env["construction.source"].browse(source_id)
    error = SyncError(
        env._(
            "%(first)s and %(second)s are one %(kind)s by their number, in other letters. The second is "
            "known as %(key)s from now on: look whether both are right.",
            first=names[0],
            second=names[1],
            kind=kind,
            key=free,
        ),
        cause_key=f"two_records:{kind}:{key}",
    )
    env["construction.exception"]._open(source.company_id, error, source=source, category="duplicate")


def _name(env, res_model, res_id):
    record = env[res_model].browse(res_id).exists() if res_model in env else None
    return record.display_name if record else env._("a deleted record")


# ---- what waits, and why -----------------------------------------------------------------


def _rewrite_waits(env):
    messages = env["construction.message"].search(
        [("wait_kind", "in", ("order", "released_order", "order_line"))]
    )
    for message in messages:
        message.wait_key = _wait_key(message, message.wait_kind, message.wait_key)


def _wait_key(message, kind, key):
    if kind != "order_line":
        return document_key(key)
    order = message._payload().get("order") or ""
    if key.startswith(f"{order}/"):
        return document_key(order, key[len(order) + 1 :])
    return document_key(*key.split("/", 1))


def _rewrite_causes(env):
    items = env["construction.exception"].search([("state", "=", "open")], order="id")
    for item in items:
        messages = item.blocked_ids.sorted("id")
        wanted = {message: _cause_of(item, message) for message in messages}
        first = wanted[messages[0]] if messages else _cause_alone(item)
        # two suppliers' N-1 were one work item: each gets its own
        for message, key in wanted.items():
            if key != first:
                error = SyncError(
                    item.sentence,
                    cause_key=key,
                    severity=item.severity,
                    job=item.job_id,
                    partner=item.partner_id,
                )
                own = env["construction.exception"]._open(
                    item.company_id, error, source=item.source_id, message=message, category=item.category
                )
                message.exception_id = own
        if first != item.cause_key:
            _give_cause(env, item, first)


def _give_cause(env, item, key):
    other = env["construction.exception"].search(
        [
            ("id", "!=", item.id),
            ("company_id", "=", item.company_id.id),
            ("source_id", "=", item.source_id.id),
            ("cause_key", "=", key),
            ("state", "=", "open"),
        ],
        limit=1,
    )
    if other:
        # one cause in other letters: its messages stand behind one item
        item.blocked_ids.write({"exception_id": other.id})
        item._close_when_empty("resolved", env._("The same cause as another work item."))
        return
    item.cause_key = key
    if item.missing_kind in ("order", "released_order", "order_line"):
        item.missing_key = key.split(":", 2)[2]


def _cause_alone(item):
    """The cause of an item behind which no message stands."""
    prefix, _colon, rest = item.cause_key.partition(":")
    if prefix in OF_ORDER:
        return f"{prefix}:{document_key(rest)}"
    return item.cause_key


def _cause_of(item, message):
    """The cause key of today for a message behind an item."""
    cause = item.cause_key
    prefix, _colon, rest = cause.partition(":")
    if prefix in OF_ORDER:
        return f"{prefix}:{document_key(rest)}"
    if prefix in OF_REVISION:
        order, _colon, revision = rest.rpartition(":")
        return f"{prefix}:{document_key(order)}:{revision}"
    if prefix == "period" and rest.startswith("order:"):
        return f"period:order:{document_key(rest.removeprefix('order:'))}"
    if prefix in ("waiting", "missing"):
        kind, _colon, key = rest.partition(":")
        if kind in ("order", "released_order", "order_line"):
            return f"{prefix}:{kind}:{_wait_key(message, kind, key)}"
        return cause
    handler = message.event_type_id and message.event_type_id._handler()
    if handler is None or not handler._document_kind:
        return cause
    key = handler._document_key(message._payload())
    if prefix in OF_DOCUMENT:
        return f"{prefix}:{key}"
    if rest == f"{message.type_name}:{message.subject}":
        return f"{prefix}:{message.type_name}:{key}"
    return cause


# ---- what documents said -------------------------------------------------------------------


def _note_contents(env, messages):
    said = {}
    for (kind, _model, _id, _number), brought in messages.items():
        for message in brought:
            if message.state == "done" or kind != "order":
                said[(message.source_id, kind, _document_key(message))] = message
    by_slot = {}
    for (source, kind, key), message in said.items():
        handler = message.event_type_id._handler()
        # as it is read from now on: the records of the contracts are brought up to date after this
        schema_text = env["construction.event.type"]._prepare_declared_vals(handler)["schema_text"]
        data = message._payload()
        try:
            mark = content.content_hash(schema_text, data, handler._open_restricted)
        except (crypto.MissingKey, crypto.Unreadable):
            _logger.info("%s cannot be read without its key: asked about when it comes again", key)
            continue
        revision = content.revision_of(schema_text, data)
        by_slot.setdefault((source, kind), {})[key] = (mark, revision, message)
    crosswalk = env["construction.crosswalk"]
    for (source, kind), contents in by_slot.items():
        crosswalk._note_content(source, kind, contents)


# ---- what was born here --------------------------------------------------------------------


def _number_orders(env):
    orders = env["purchase.order"].search([("state", "=", "purchase")], order="id")
    orders.order_line._construction_print_numbers()
    # with those that a person has renamed since an event brought them
    orders |= orders.search([("state", "!=", "cancel"), ("construction_external_key", "!=", False)])
    orders._construction_announce()
