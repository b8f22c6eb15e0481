# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.construction_base.tests.prepared import PreparedCase
from odoo.addons.construction_sync.tests.common import EventMixin

LATER, LATEST = "2026-03-03T08:00:00Z", "2026-03-05T08:00:00Z"
DAYS = [f"2026-04-{day:02}T08:00:00Z" for day in range(1, 29)]


class MasterCommon(EventMixin, PreparedCase, AccountTestInvoicingCommon):
    """Three sources as in the field, and master data that they send.

    ``master`` sends master data; ``field`` uses its keys, ``suppliers`` those of both. Each event is handled
    with the rights of its type only.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(user=SUPERUSER_ID)
        cls.env = cls.env(
            context={
                "allowed_company_ids": cls.company_data["company"].ids,
                "tracking_disable": True,
            }
        )
        cls.company = cls.env.company
        cls._set_up_events()
        cls.master = cls.make_source("t_master")
        cls.field = cls.make_source("t_field", authorities=cls.master)
        cls.suppliers = cls.make_source("t_suppliers", authorities=cls.master | cls.field)
        cls._act_with_the_rights_of_the_event()

    # --- the usual events -----------------------------------------------------

    def send_masters(self):
        self.send(
            self.master,
            "master.job.upserted",
            "J-1",
            {"job": "J-1", "name": "Harbour", "status": "active", "timezone": "America/Chicago"},
        )
        for code in ("03 30 00", "05 12 00"):
            self.receive(
                self.master,
                "master.cost_code.upserted",
                code,
                {"cost_code": code, "name": f"Code {code}"},
            )
        for key, bank in (("S-1", "DE89370400440532013000"), ("S-2", None)):
            data = {"supplier": key, "name": f"Supplier {key}"}
            if bank:
                data["bank_account"] = bank
            self.receive(self.master, "master.supplier.upserted", key, data)
        for key, uom in (("REBAR", "kg"), ("BOLT", "EA"), ("CONC", "m3")):
            self.receive(
                self.master,
                "master.item.upserted",
                key,
                {"item": key, "name": f"Item {key}", "uom": uom, "stocked": True},
            )
        self.run_all()
        self.job = self.env["project.project"].search(
            [("job_number", "=", "J-1"), ("company_id", "=", self.company.id)]
        )


class RecordLivesMixin:
    """The records behind keys, and their own events."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()

    def supplier(self, key="S-1"):
        return self.env["res.partner"].search([("construction_external_key", "=", key)])

    def item(self, key="BOLT"):
        return self.env["product.product"].search(
            [("default_code", "=", key), ("company_id", "=", self.company.id)]
        )

    def code(self, key="03 30 00"):
        return self.env["construction.cost.code"].search(
            [("code", "=", key), ("company_id", "=", self.company.id)]
        )

    def send_supplier(self, key="S-1", time=LATER, **kwargs):
        data = {"supplier": key, "name": f"Supplier {key}", **kwargs}
        return self.send(self.master, "master.supplier.upserted", key, data, time=time)

    def send_job(self, key="J-1", time=LATER, **kwargs):
        data = {"job": key, "name": f"Job {key}", "status": "active", **kwargs}
        return self.send(self.master, "master.job.upserted", key, data, time=time)

    def send_code(self, key="03 30 00", time=LATER, **kwargs):
        data = {"cost_code": key, "name": f"Code {key}", **kwargs}
        return self.send(self.master, "master.cost_code.upserted", key, data, time=time)

    def send_item(self, key="BOLT", time=LATER, **kwargs):
        data = {"item": key, "name": f"Item {key}", "uom": "EA", **kwargs}
        return self.send(self.master, "master.item.upserted", key, data, time=time)

    def assertAsked(self, message, cause, *words):
        self.assertState(message, "exception", "mapping")
        item = message.exception_id
        self.assertEqual(item.cause_key, cause)
        for word in words:
            self.assertIn(word, item.sentence)
        self.assertTrue(item.fix_model)
        self.assertEqual(item.missing_kind, cause.split(":")[1])


class RecordKeysMixin(RecordLivesMixin):
    def set_up_once(self):
        super().set_up_once()
        self.walk = self.env["construction.crosswalk"]

    def setUp(self):
        super().setUp()
        # ways to send of this test, which may take another source
        self.kinds = {
            "supplier": (self.send_supplier, self.supplier()),
            "job": (self.send_job, self.job),
            "cost_code": (self.send_code, self.code()),
            "item": (self.send_item, self.item()),
        }

    def means(self, source, kind, key):
        found = self.walk._meanings(source, {kind: [key]}).get((kind, key))
        return found and self.env[found.model].browse(found.id)


class OwnershipMixin(RecordLivesMixin):
    """Two systems that speak of the same records, which the first of them made."""

    def set_up_once(self):
        super().set_up_once()
        self.manager = self.owner
        self.controller = self.user_with("controller", "construction_base.group_cost_controller")
        self.rules = self.env["construction.ownership.rule"]
        # names the records of the first by its keys
        self.second = self.field

    def setUp(self):
        super().setUp()
        self.days = iter(DAYS)

    def say(self, kind, key, source=None, time=None, **data):
        """A system sends a record of master data as it knows it."""
        names = {"job": {"status": "active"}, "item": {"uom": "EA"}}.get(kind, {})
        data = {kind: key, "name": f"{kind} {key}", **names, **data}
        source = source or self.second
        return self.send(source, f"master.{kind}.upserted", key, data, time=time or next(self.days))

    def known(self, kind, key, record):
        """A person said that the second system means this record by its key."""
        self.env["construction.crosswalk"]._confirm(self.second, kind, key, record)

    def proposals(self, record):
        return self.env["construction.exception"].search(
            [("record_ref", "=", f"{record._name},{record.id}"), ("cause_key", "=like", "ownership:%")]
            + [("state", "=", "open")],
            order="id",
        )

    def proposal(self, record):
        item = self.proposals(record)
        self.assertEqual(len(item), 1, item.mapped("sentence"))
        return item

    def decide(self, item, code, user=None, reason="Asked both"):
        item.with_user(user or self.manager).action_decide(code, reason)
        self.run_all()

    def shown(self, item):
        return {label: (before, after) for label, before, after in item.comparison}


class ThreeSystemsMixin:
    """A supplier of which three systems speak by one key; beside ``OwnershipCommon``."""

    def set_up_once(self):
        super().set_up_once()
        self.partner = self.supplier()
        # a third system, which names the supplier by the same key
        self.env["construction.crosswalk"]._confirm(self.suppliers, "supplier", "S-1", self.partner)

    def tell(self, source=None, **data):
        message = self.say("supplier", "S-1", source, **{"name": self.partner.name, **data})
        self.assertState(message, "done")
        return message

    def open_item(self, group):
        found = self.proposals(self.partner).filtered(lambda item: item.question == f"owner:{group}")
        self.assertEqual(len(found), 1, group)
        return found


class RecordLivesCommon(RecordLivesMixin, MasterCommon):
    pass


class RecordKeysCommon(RecordKeysMixin, MasterCommon):
    pass


class OwnershipCommon(OwnershipMixin, MasterCommon):
    pass
