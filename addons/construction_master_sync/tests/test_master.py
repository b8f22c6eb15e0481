# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import MasterCommon


@tagged("post_install", "-at_install")
class TestMaster(MasterCommon):
    def test_masters_become_records(self):
        self.send_masters()
        self.assertEqual(self.job.job_tz, "America/Chicago")
        self.assertTrue(self.job.is_construction_job)
        code = self.env["construction.cost.code"].search(
            [("code", "=", "03 30 00"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(code.construction_external_key, "03 30 00")
        item = self.env["product.product"].search(
            [("default_code", "=", "CONC"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(item.uom_id, self.env.ref("uom.product_uom_cubic_meter"))
        self.assertEqual(item.construction_message_count, 1)

    def test_newest_stands_whatever_comes_first(self):
        data = {"supplier": "S-9", "name": "Newer"}
        self.send(self.master, "master.supplier.upserted", "S-9", data, time="2026-03-02T10:00:00Z")
        late = self.send(
            self.master,
            "master.supplier.upserted",
            "S-9",
            {**data, "name": "Older"},
            time="2026-03-01T10:00:00Z",
        )
        self.assertState(late, "superseded")
        partner = self.env["res.partner"].search([("construction_external_key", "=", "S-9")])
        self.assertEqual(partner.name, "Newer")

    def test_update_and_repeat(self):
        data = {"job": "J-5", "name": "One", "status": "bidding", "revision": 1}
        first = self.send(self.master, "master.job.upserted", "J-5", data)
        job = self.record(first, "project.project")
        second = self.send(
            self.master,
            "master.job.upserted",
            "J-5",
            {**data, "name": "Two", "status": "active", "revision": 2},
        )
        self.assertState(second, "done")
        self.assertEqual((job.name, job.job_status), ("Two", "active"))
        again = self.send(
            self.master,
            "master.job.upserted",
            "J-5",
            {**data, "revision": 2, "name": "Two", "status": "active"},
        )
        self.assertState(again, "done")
        self.assertEqual(self.env["project.project"].search_count([("job_number", "=", "J-5")]), 1)

    def test_job_details(self):
        message = self.send(
            self.master,
            "master.job.upserted",
            "J-6",
            {
                "job": "J-6",
                "name": "Tower",
                "status": "active",
                "customer": "City Council",
                "start": "2026-01-05",
                "end": "2026-12-18",
                "address": {"street": "1 Quay", "city": "Duluth", "country": "US"},
            },
        )
        job = self.record(message, "project.project")
        self.assertEqual(job.partner_id.name, "City Council")
        self.assertEqual(str(job.date_start), "2026-01-05")
        self.assertEqual(job.site_address_id.city, "Duluth")
        wrong = self.send(
            self.master,
            "master.job.upserted",
            "J-7",
            {"job": "J-7", "name": "X", "status": "active", "timezone": "Mars/Base"},
        )
        self.assertState(wrong, "exception", "data")

    def test_child_code_waits_for_its_parent(self):
        child = self.send(
            self.master,
            "master.cost_code.upserted",
            "09 10",
            {"cost_code": "09 10", "name": "Child", "parent": "09"},
        )
        self.assertState(child, "waiting")
        self.send(self.master, "master.cost_code.upserted", "09", {"cost_code": "09", "name": "Parent"})
        self.assertState(child, "done")
        self.assertEqual(self.record(child, "construction.cost.code").parent_id.code, "09")

    def test_same_tax_number_is_asked_about(self):
        self.env["res.partner"].create({"name": "Known", "vat": "US 12-3456789"})
        message = self.send(
            self.master,
            "master.supplier.upserted",
            "S-8",
            {"supplier": "S-8", "name": "Unknown", "tax_id": "US123456789"},
        )
        self.assertState(message, "exception", "duplicate")

    def test_item_keeps_its_kind_of_unit(self):
        self.send_masters()
        message = self.send(
            self.master,
            "master.item.upserted",
            "CONC",
            {"item": "CONC", "name": "Concrete", "uom": "kg"},
            time="2026-03-03T08:00:00Z",
        )
        self.assertState(message, "exception", "data")
        unknown = self.send(
            self.master,
            "master.item.upserted",
            "BOX",
            {"item": "BOX", "name": "Box", "uom": "pallet"},
        )
        self.assertState(unknown, "exception", "mapping")
