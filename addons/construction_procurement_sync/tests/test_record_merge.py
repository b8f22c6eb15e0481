# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.construction_master_sync.tests.common import LATER

from .common import RecordLivesCommon


@tagged("post_install", "-at_install")
class TestRecordMerge(RecordLivesCommon):
    """Odoo's wizard that merges contacts."""

    def merge(self, losers, survivor, user=None):
        wizards = self.env["base.partner.merge.automatic.wizard"].with_user(user or self.env.user)
        wizard = wizards.create(
            {"partner_ids": [(6, 0, (losers | survivor).ids)], "dst_partner_id": survivor.id}
        )
        wizard.action_merge()
        self.env.flush_all()

    def contact(self, **vals):
        return self.env["res.partner"].create({"name": "By Hand", "is_company": True, **vals})

    def entries(self):
        return self.env["construction.cost.entry"].search([("company_id", "=", self.company.id)])

    def test_a_supplier_merged_into_a_contact(self):
        self.send_order()
        self.send_delivery()
        before = {entry.id: (entry.amount, entry.date) for entry in self.entries()}
        survivor = self.contact()
        self.merge(self.supplier(), survivor)
        self.assertEqual(survivor.construction_external_key, "S-1")
        self.assertEqual(self.entries().partner_id, survivor)
        self.assertEqual({entry.id: (entry.amount, entry.date) for entry in self.entries()}, before)
        self.assertIn(
            "job-cost entries",
            survivor.message_ids.mapped("body")[0] + survivor.message_ids.mapped("body")[1],
        )
        self.assertState(self.send_supplier(name="New Name"), "done")
        self.assertEqual(survivor.name, "By Hand", "what a person made, Odoo owns: it is proposed")
        self.assertState(self.send_order("PO-2"), "done")
        self.assertState(self.send_invoice(), "done")
        self.assertEqual(self.bill().partner_id, survivor)

    def test_a_contact_merged_into_a_supplier(self):
        supplier = self.supplier()
        self.merge(self.contact(email="a@example.com"), supplier)
        self.assertEqual(supplier.construction_external_key, "S-1")
        self.assertState(self.send_supplier(), "done")

    def test_two_suppliers_merged(self):
        one, two = self.supplier("S-1"), self.supplier("S-2")
        self.send_supplier("S-2", time="2026-05-05T00:00:00Z", revision=7)
        for partner in (one, two):
            self.env["construction.compliance.document"].create(
                {"partner_id": partner.id, "kind": "insurance", "number": "1", "expires": "2030-01-01"}
            )
        self.merge(two, one)
        self.assertEqual((one.construction_external_key, one.construction_revision), ("S-1", 0))
        self.assertEqual(len(one.construction_compliance_ids), 2, "what both had is kept")
        self.assertState(self.send_order(supplier="S-2"), "done")
        self.assertEqual(self.order().partner_id, one)
        # the survivor's own events go on, as they were
        self.assertState(self.send_supplier("S-1", time=LATER), "done")
        self.assertAsked(self.send_supplier("S-2", time="2026-06-06T00:00:00Z"), "alias:supplier:S-2", "S-1")

    def test_a_customer_merged_away(self):
        self.send_job(customer="City Council")
        customer = self.job.partner_id
        survivor = self.contact()
        self.merge(customer, survivor)
        self.assertEqual(self.job.partner_id, survivor)
        self.assertState(self.send_job(time="2026-03-09T08:00:00Z", customer="City Council"), "done")
        self.assertState(self.send_job("J-2", customer="City Council"), "done")
        second = self.env["project.project"].search([("job_number", "=", "J-2")])
        self.assertEqual(second.partner_id, survivor)

    def test_by_a_person_who_may_merge(self):
        user = self.user_with("merger", "base.group_partner_manager,base.group_system")
        survivor = self.contact()
        self.send_order()
        self.merge(self.supplier(), survivor, user)
        self.assertEqual(survivor.construction_external_key, "S-1")

    def test_the_door_of_the_ledger_is_for_the_supplier_alone(self):
        self.send_order()
        entry = self.entries()[:1]
        self.env.cr.execute("SELECT set_config('construction.cost_merge', 'on', true)")
        for column, value in (("amount", 1), ("date", "2020-01-01"), ("reference", "x")):
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
                self.env.cr.execute(
                    f"UPDATE construction_cost_entry SET {column} = %s WHERE id = %s", [value, entry.id]
                )
        self.env.cr.execute("SELECT set_config('construction.cost_merge', '', true)")
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE construction_cost_entry SET partner_id = %s WHERE id = %s",
                [self.supplier("S-2").id, entry.id],
            )
