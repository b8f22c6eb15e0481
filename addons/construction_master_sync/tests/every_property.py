# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What every property of the contracts of master data comes to when it changes, for all who take some up."""

import json

from .common import DAYS

WRITTEN, PROPOSED, SAID, ASKED = "written", "proposed", "said", "asked"
ADDRESS = {"street": "1 First", "street2": "A", "city": "Duluth", "zip": "1", "state": "MN", "country": "US"}
OTHER_ADDRESS = {
    "street": "9 Ninth",
    "street2": "B",
    "city": "Boise",
    "zip": "9",
    "state": "ID",
    "country": "CA",
}


def address(**changed):
    return {**ADDRESS, **changed}


# {kind: {property: (what is said first, what is said then)}}
PROPERTIES = {
    "job": {
        "name": ("Harbour", "Pier"),
        "customer": ("Customer A", "Customer B"),
        "project_manager": ("PM-1", "PM-2"),
        "status": ("active", "suspended"),
        "timezone": ("UTC", "Asia/Tokyo"),
        "start": ("2026-01-01", "2026-02-01"),
        "end": ("2026-12-31", "2026-11-30"),
        "address": (ADDRESS, OTHER_ADDRESS),
    },
    "cost_code": {"name": ("Concrete", "Paint"), "parent": ("03 30 00", "05 12 00"), "active": (True, False)},
    "supplier": {
        "name": ("Steel", "Iron"),
        "tax_id": ("DE 1", "DE 2"),
        "currency": ("USD", "EUR"),
        "payment_terms": ("A Month", "Cash on Site"),
        "email": ("a@example.com", "b@example.com"),
        "bank_account": ("DE89370400440532013000", "GB29NWBK60161331926819"),
        "compliance": (
            [{"kind": "Insurance", "number": "A-1", "expires": "2030-01-31"}],
            [{"kind": "Insurance", "number": "A-2", "expires": "2031-01-31"}],
        ),
    },
    "item": {
        "name": ("Bolt", "Nut"),
        "uom": ("kg", "t"),
        "category": ("Goods One", "Goods Two"),
        "cost_type": ("MAT", "EQP"),
        "stocked": (False, True),
    },
}
# what tells which version of the object it is
ORDER = {"revision"}
FINANCE = {"tax_id", "currency", "payment_terms", "bank_account"}


class EveryPropertyMixin:
    """None of them is lost in silence: it is written, proposed to a person, or said with the message."""

    def set_up_once(self):
        super().set_up_once()
        self.env["account.payment.term"].create([{"name": "Cash on Site"}, {"name": "A Month"}])
        self.env["product.category"].create([{"name": "Goods One"}, {"name": "Goods Two"}])
        self.env["res.currency"].with_context(active_test=False).search(
            [("name", "in", ("USD", "EUR"))]
        ).active = True
        for number in ("1", "2"):
            user = self.user_with(f"manager_{number}", "construction_base.group_project_manager")
            self.env["construction.crosswalk"]._confirm(self.master, "project_manager", f"PM-{number}", user)

    def outcome(self, message, record, before):
        """What a message came to of what it says of a record."""
        if message.state == "exception":
            return ASKED
        self.assertState(message, "done")
        record.invalidate_recordset()
        if self.written(record) != before:
            return WRITTEN
        items = self.proposals(record)
        if items.filtered(lambda item: message in item.raised_by_ids and item.comparison):
            return PROPOSED
        return SAID if any(message.history_ids.mapped("note")) else None

    def written(self, record):
        """What stands of a record, as far as events say it."""
        names = self.written_fields.get(record._name, ())
        values = {name: record[name] for name in names if name in record._fields}
        if record._name == "project.project":
            site = record.site_address_id
            places = ("street", "street2", "city", "zip", "state_id", "country_id")
            values.update({f"site {name}": site[name] for name in places})
            values["customer name"] = record.partner_id.name
        return values

    written_fields = {
        "project.project": ("name", "user_id", "job_status", "job_tz", "date_start", "date", "partner_id"),
        "construction.cost.code": ("name", "parent_id", "active"),
        "res.partner": (
            *("name", "vat", "email", "bank_ids", "property_supplier_payment_term_id"),
            "property_purchase_currency_id",
        ),
        "product.product": ("name", "uom_id", "categ_id", "usual_cost_type_id", "is_storable"),
    }

    def changes(self, kind):
        """Each change that is tried: (property, what is said before, what is said then)."""
        said = PROPERTIES[kind]
        yield from ((name, first, then) for name, (first, then) in said.items())
        if kind == "job":
            for part, then in OTHER_ADDRESS.items():
                # a state is one of its country
                yield "address", ADDRESS, address(**{part: then})

    def test_each_property_is_in_the_table(self):
        for kind, said in PROPERTIES.items():
            schema = self.env["construction.event.type"].search([("name", "=", f"master.{kind}.upserted")])
            properties = set(json.loads(schema.schema_text)["properties"])
            self.assertEqual(properties - ORDER - {kind}, set(said))

    def test_each_property_of_the_owner_and_of_another(self):
        number = 0
        for kind, said in PROPERTIES.items():
            first = {name: values[0] for name, values in said.items()}
            for name, before, then in self.changes(kind):
                for source in (self.master, self.second):
                    number += 1
                    key = f"{kind[0].upper()}-{number}"
                    with self.subTest(kind=kind, name=name, then=then, source=source.name):
                        base, change = {**first, name: before}, {name: then}
                        for data in (base, change):
                            if "tax_id" in data:
                                # one supplier's only
                                data["tax_id"] += f" {number}"
                        self.check_change(kind, key, source, base, change)

    def check_change(self, kind, key, source, base, change):
        self.assertState(self.say(kind, key, self.master, time=DAYS[0], **base), "done")
        model, res_id = self.env["construction.crosswalk"]._lookup(self.master, kind, [key])[key]
        record = self.env[model].browse(res_id)
        before = self.written(record)
        message = self.say(kind, key, source, time=DAYS[1], **{**base, **change})
        (name,) = change
        self.assertIn(self.outcome(message, record, before), self.expected(kind, name, source))

    def expected(self, kind, name, source):
        left = self.env[f"construction.handler.master.{kind}.upserted"]._fields_left()
        if name in left or name == "uom":
            return (SAID,)
        if source != self.master or name in FINANCE:
            return (PROPOSED,)
        return (WRITTEN,)
