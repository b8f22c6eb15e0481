# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import random

from odoo.tests import tagged

from odoo.addons.construction_sync.lib import schema

from .common import ProcurementCommon


def longest(node, root, rng):
    """The longest text that a schema lets in, of letters that do not compress."""
    while "$ref" in node:
        node = root["$defs"][node["$ref"].rpartition("/")[2]]
    limit = node.get(schema.MAX_BYTES, 4 * node["maxLength"])
    width = 4 if limit >= 4 * node["maxLength"] else 3 if limit >= 3 * node["maxLength"] else 1
    first, last = {4: (0x20000, 0x2A6DF), 3: (0x4E00, 0x9FFF), 1: (0x61, 0x7A)}[width]
    return "".join(chr(rng.randrange(first, last)) for _ in range(min(node["maxLength"], limit // width)))


@tagged("post_install", "-at_install")
class TestLimits(ProcurementCommon):
    """Whatever the contracts let in can be stored: the longest of each, in one chain of events."""

    def set_up_once(self):
        super().set_up_once()
        self.rng = random.Random(8)

    def fill(self, kind, data, lines=None):
        """Complete ``data`` with the longest text of each property that it leaves out."""
        contract = self.env["construction.event.type"].search([("name", "=", kind)])
        root = json.loads(contract.schema_text)
        keys = {"key", "text", "name"}
        line_schema = root["properties"].get("lines", {}).get("items", {})

        def complete(node, given):
            for name, item in node.get("properties", {}).items():
                plain = item.get("type") == "string" and not {"pattern", "format"} & item.keys()
                if name not in given and (item.get("$ref", "").rpartition("/")[2] in keys or plain):
                    given[name] = longest(item, root, self.rng)
            return {name: value for name, value in given.items() if value is not None}

        if lines:
            data["lines"] = [complete(line_schema, line) for line in lines]
        return complete(root, data)

    def send_longest(self, source, kind, data, lines=None):
        data = self.fill(kind, data, lines)
        message = self.send(source, kind, data[self.subject(kind)], data)
        self.assertState(message, "done")
        return data

    def subject(self, kind):
        name = kind.split(".")[1]
        return {"material": "request", "purchase_order": "order", "delivery": "order"}.get(name, name)

    def test_the_longest_chain(self):
        master = self.master
        code = self.send_longest(master, "master.cost_code.upserted", {"parent": None})["cost_code"]
        child = {"parent": code}
        self.send_longest(master, "master.cost_code.upserted", child)
        head = {"status": "active", "timezone": "Europe/Rome", "project_manager": None}
        job = self.send_longest(master, "master.job.upserted", head)
        documents = [
            {
                name: longest({"maxLength": 128, "x-maxBytes": 384}, {}, self.rng)
                for name in ("kind", "number")
            }
            for _each in range(2)
        ]
        supplier = self.send_longest(
            master,
            "master.supplier.upserted",
            {
                "payment_terms": None,
                "tax_id": None,
                "compliance": [{**document, "expires": "2199-12-31"} for document in documents],
            },
        )["supplier"]
        item = {"uom": "EA", "category": None, "cost_type": "MAT", "stocked": True}
        item = self.send_longest(master, "master.item.upserted", item)["item"]
        line = {
            "item": item,
            "quantity": "5",
            "uom": "EA",
            "unit_price": "2.00",
            "cost_code": code,
            "cost_type": "MAT",
            "supplier": None,
        }
        head = {"job": job["job"], "currency": self.company.currency_id.name, "supplier": supplier}
        request = {"job": job["job"], "needed_by": "2026-03-09", "urgency": "urgent"}
        self.send_longest(self.field, "procurement.material.requested", request, [dict(line)])
        approved = "procurement.purchase_order.approved"
        order = self.send_longest(self.field, approved, {**head, "ordered_at": "2026-03-02"}, [dict(line)])
        changed = {**order, "revision": 1, "lines": None}
        self.send_longest(
            self.field,
            "procurement.purchase_order.changed",
            changed,
            [{**order["lines"][0], "quantity": "6"}],
        )
        taken = {
            "order_line": order["lines"][0]["line"],
            "quantity": "6",
            "uom": "EA",
            "condition": "good",
            "item": None,
        }
        receipt = {"order": order["order"], "received_at": "2026-03-03", "supplier": None, "job": None}
        self.send_longest(self.field, "procurement.delivery.received", receipt, [taken])
        billed = {
            **{name: taken[name] for name in ("order_line", "quantity", "uom")},
            **{"unit_price": "2.00", "amount": "12.00", "item": None, "cost_code": None, "job": None},
            **{"receipt": None, "delivery_note": None},
        }
        invoice = {
            "supplier": supplier,
            "order": order["order"],
            "currency": self.company.currency_id.name,
            "kind": "invoice",
            "invoice_date": "2026-03-04",
            "net_total": "12.00",
            "tax_total": "0",
            "total": "12.00",
        }
        self.send_longest(self.suppliers, "procurement.invoice.received", invoice, [billed])

    def test_the_longest_unknown_keys_become_work_items(self):
        """What is unknown is waited for, or asked about: its key goes into those indexes too."""
        line = {"quantity": "1", "uom": "EA"}
        request = {"needed_by": "2026-03-09", "urgency": "urgent"}
        receipt = {"received_at": "2026-03-03"}
        for kind, given, extra in (
            ("procurement.material.requested", request, {}),
            ("procurement.delivery.received", receipt, {"condition": "good"}),
        ):
            data = self.fill(kind, given, [{**line, **extra}])
            message = self.send(self.field, kind, data[self.subject(kind)], data)
            self.assertIn(message.state, ("waiting", "exception"), message.problem)
            self.assertIn(message.wait_key, (data.get("job"), data.get("order")))

    def test_longer_is_refused(self):
        config = self.env["construction.source"]._runtime(self.master.code)
        data = {"supplier": "S", "name": "名" * 1900, "compliance": []}
        document = {"kind": "ISO", "number": "a0" * 3000, "expires": "2030-01-01"}
        check = config["types"]["master.supplier.upserted", 1]["schema"]
        self.assertEqual({f["pointer"] for f in schema.faults(check, data)}, {"/data/name"})
        data.update(name="S", compliance=[document])
        self.assertEqual({f["pointer"] for f in schema.faults(check, data)}, {"/data/compliance/0/number"})
