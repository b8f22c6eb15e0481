# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The documents of the overhead benchmark: the same for the hub and by hand."""

import hashlib

LINES = 4
CODES = [f"{number:02} 00 00" for number in range(1, LINES + 1)]
PRODUCTS = ["BOLT", "REBAR", "PIPE", "BOARD"]
QUANTITY = 100.0


def price(order):
    """A unit price of its own for each order, or its bill looks like one received before."""
    return 10 + int(hashlib.sha256(order.encode()).hexdigest(), 16) % 5_000_000 / 100


def order(key, job, currency):
    return {
        "order": key,
        "job": job,
        "supplier": "S-1",
        "currency": currency,
        "ordered_at": "2026-03-02T09:00:00-06:00",
        "lines": [
            {
                "line": str(number + 1),
                "item": PRODUCTS[number],
                "description": f"Line {number + 1}",
                "quantity": f"{QUANTITY:g}",
                "uom": "EA",
                "unit_price": f"{price(key):.2f}",
                "cost_code": CODES[number],
            }
            for number in range(LINES)
        ],
    }


def delivery(key):
    return {
        "receipt": f"R-{key}",
        "order": key,
        "received_at": "2026-03-05T15:00:00-06:00",
        "received_by": "Ana",
        "lines": [
            {
                "line": str(number + 1),
                "order_line": str(number + 1),
                "quantity": f"{QUANTITY:g}",
                "uom": "EA",
                "condition": "good",
            }
            for number in range(LINES)
        ],
    }


def invoice(key, order_key, currency, tax_percent):
    amount = QUANTITY * price(order_key)
    net, tax = LINES * amount, LINES * round(amount * tax_percent / 100, 2)
    return {
        "invoice": key,
        "supplier": "S-1",
        "invoice_date": "2026-03-10",
        "currency": currency,
        "order": order_key,
        "kind": "invoice",
        "lines": [
            {
                "line": str(number + 1),
                "order_line": str(number + 1),
                "description": f"Line {number + 1}",
                "quantity": f"{QUANTITY:g}",
                "uom": "EA",
                "unit_price": f"{price(order_key):.2f}",
                "amount": f"{amount:.2f}",
                "tax_percent": f"{tax_percent:g}",
            }
            for number in range(LINES)
        ],
        "net_total": f"{net:.2f}",
        "tax_total": f"{tax:.2f}",
        "total": f"{net + tax:.2f}",
    }
