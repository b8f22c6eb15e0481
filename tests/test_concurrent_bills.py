# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One invoice that comes twice at once, and goods billed twice at once: never two bills that nothing holds.

The table that every match writes to is locked until both are in the middle of their own transaction, with
a snapshot that does not show the other. What follows is left to the database, the job runner and the server.
"""

import contextlib
import itertools
import os
import threading
import zlib

import psycopg2
import pytest
from wire import RUN, Sender, event, wait_for

_numbers = itertools.count(1)
WAITING = """SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
              WHERE c.relname = 'construction_bill_guard' AND NOT l.granted
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


@contextlib.contextmanager
def matching_held_up(stack, until):
    """Let no bill be matched before ``until`` of them stand in line."""
    connection = psycopg2.connect(
        host=stack.pghost, dbname=stack.database, user=os.environ.get("PGUSER", "odoo")
    )
    try:
        connection.cursor().execute("LOCK TABLE construction_bill_guard IN SHARE ROW EXCLUSIVE MODE")
        yield
        wait_for(lambda: stack.sql(WAITING)[0][0] >= until, 60, f"{until} bills in the middle of their match")
    finally:
        connection.rollback()
        connection.close()


def settled(stack, subjects):
    rows = stack.sql(
        "SELECT state, problem FROM construction_message WHERE subject = ANY(%s)", list(subjects)
    )
    ready = len(rows) == len(subjects) and not {state for state, _problem in rows} & {"received", "retry"}
    return sorted(rows, key=repr) if ready else None


def send(stack, source, kind, subject, data):
    answer = Sender(stack, source).post(event(kind, subject, data=data))
    assert answer.status == 202, answer.text


@pytest.fixture
def received(stack):
    """Two orders with one supplier, each of 100 at 10.00 and delivered in full. :return: the keys"""
    key = f"{RUN}-{next(_numbers)}"
    job, supplier, orders = f"J-{key}", f"S-{key}", [f"PO-{key}-{name}" for name in "AB"]
    send(stack, "master", "master.job.upserted", job, {"job": job, "name": job, "status": "active"})
    send(stack, "master", "master.cost_code.upserted", key, {"cost_code": key, "name": key})
    send(stack, "master", "master.supplier.upserted", supplier, {"supplier": supplier, "name": supplier})
    for order in orders:
        send_order(stack, order, job, supplier, key)
    wait_for(
        lambda: stack.sql(
            """SELECT 1 FROM purchase_order o JOIN purchase_order_line l ON l.order_id = o.id
                WHERE o.construction_external_key = ANY(%s) AND l.qty_received = 100
               HAVING count(*) = 2""",
            orders,
        ),
        120,
        "the deliveries",
    )
    return {"supplier": supplier, "orders": orders, "order": orders[0], "key": key}


def send_order(stack, order, job, supplier, cost_code):
    line = {"line": "1", "description": "Kerbs", "quantity": "100", "uom": "EA"}
    send(
        stack,
        "field",
        "procurement.purchase_order.approved",
        order,
        {
            "order": order,
            "job": job,
            "supplier": supplier,
            "currency": "USD",
            "ordered_at": "2026-10-01",
            "lines": [{**line, "unit_price": "10.00", "cost_code": cost_code}],
        },
    )
    send(
        stack,
        "field",
        "procurement.delivery.received",
        order,
        {
            "receipt": f"R-{order}",
            "order": order,
            "received_at": "2026-10-02T10:00:00Z",
            "received_by": "Ana",
            "lines": [{"line": "1", "order_line": "1", "quantity": "100", "uom": "EA", "condition": "good"}],
        },
    )


def invoice(received, reference, quantity, order=None):
    amount = f"{int(quantity) * 10:.2f}"
    return {
        "invoice": reference,
        "supplier": received["supplier"],
        "order": order or received["order"],
        "invoice_date": "2026-10-05",
        "currency": "USD",
        "kind": "invoice",
        "lines": [
            {
                "line": "1",
                "order_line": "1",
                "description": "Kerbs",
                "quantity": quantity,
                "uom": "EA",
                "unit_price": "10.00",
                "amount": amount,
            }
        ],
        "net_total": amount,
        "tax_total": "0.00",
        "total": amount,
    }


def in_two_shards(stack, references):
    """Two of ``references`` that two jobs take at the same time."""
    [(source,)] = stack.sql("SELECT id FROM construction_source WHERE code = 'suppliers'")
    by_shard = {zlib.crc32(f"{source}:{reference}".encode()) % 8: reference for reference in references}
    return list(by_shard.values())[:2]


def bills(stack, supplier):
    """State and open holds of the bills of a supplier."""
    return sorted(
        stack.sql(
            """SELECT b.state, (SELECT string_agg(h.rule, ',' ORDER BY h.rule) FROM construction_hold h
                                 WHERE h.move_id = b.id AND h.state = 'open')
                 FROM account_move b JOIN res_partner p ON p.id = b.commercial_partner_id
                WHERE p.construction_external_key = %s AND b.move_type = 'in_invoice'""",
            supplier,
        )
    )


@pytest.mark.parametrize("orders", [(0, 0), (0, 1)], ids=["of one order", "of two orders"])
def test_one_invoice_twice_at_once(stack, received, orders):
    """Of two orders, so that no row of an order stands between them either."""
    number = received["key"]
    spellings = [template.format(number) for template in ("INV-{}", "inv {}", "Inv/{}", "INV.{}", "inv-{}")]
    twins = in_two_shards(stack, spellings)
    with matching_held_up(stack, until=2):
        for reference, order in zip(twins, orders, strict=True):
            data = invoice(received, reference, "40", received["orders"][order])
            send(stack, "suppliers", "procurement.invoice.received", reference, data)
    states = wait_for(lambda: settled(stack, twins), 120, "the end of both")
    assert [state for state, _problem in states] == ["done", "exception"], states
    assert "received before" in states[1][1]
    assert bills(stack, received["supplier"]) == [("draft", "duplicate"), ("posted", None)]


def test_the_same_goods_billed_twice_at_once(stack, received):
    partials = in_two_shards(stack, [f"{name}-{received['key']}" for name in "ABCDEFGH"])
    with matching_held_up(stack, until=2):
        for reference, quantity in zip(partials, ("60", "70"), strict=True):
            data = invoice(received, reference, quantity)
            send(stack, "suppliers", "procurement.invoice.received", reference, data)
    states = wait_for(lambda: settled(stack, partials), 120, "the end of both")
    assert [state for state, _problem in states] == ["done", "exception"], states
    assert bills(stack, received["supplier"]) == [("draft", "quantity"), ("posted", None)]


def test_two_people_post_the_same_goods_at_once(stack, received):
    [(line, product, partner)] = stack.sql(
        """SELECT l.id, l.product_id, l.partner_id FROM purchase_order_line l
             JOIN purchase_order o ON o.id = l.order_id WHERE o.construction_external_key = %s""",
        received["order"],
    )
    clients = [stack.client("cost_controller") for _twice in range(2)]
    ids = [
        client.call(
            "account.move",
            "create",
            {
                "move_type": "in_invoice",
                "partner_id": partner,
                "ref": f"{name}-{received['key']}",
                "invoice_date": "2026-10-05",
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": product,
                            "purchase_line_id": line,
                            "quantity": quantity,
                            "price_unit": 10,
                            "tax_ids": [(6, 0, [])],
                        },
                    )
                ],
            },
        )
        for client, name, quantity in zip(clients, "AB", (60, 70), strict=True)
    ]
    answers = []
    threads = [
        threading.Thread(
            target=lambda client=client, bill=bill: answers.append(
                client.call("account.move", "action_post", [bill])
            )
        )
        for client, bill in zip(clients, ids, strict=True)
    ]
    with matching_held_up(stack, until=2):
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join(120)
    assert bills(stack, received["supplier"]) == [("draft", "quantity"), ("posted", None)]
    [notice] = [answer for answer in answers if answer]
    assert "received and not yet billed" in notice["params"]["message"]
