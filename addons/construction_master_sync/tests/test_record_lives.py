# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.tests import tagged

from .common import RecordLivesCommon


@tagged("post_install", "-at_install")
class TestRecordLives(RecordLivesCommon):
    """What people do to records behind keys with Odoo's own buttons, and what their next event ends as."""

    # --- archived ---------------------------------------------------------------------

    def test_a_master_event_of_an_archived_record_asks(self):
        self.job.active = False
        self.assertAsked(self.send_job(), "archived:job:J-1", "J-1", "archived", "Bring it back")
        self.supplier().active = False
        self.assertAsked(self.send_supplier(), "archived:supplier:S-1", "S-1")
        self.item().active = False
        self.assertAsked(self.send_item(), "archived:item:BOLT", "BOLT")
        self.code().active = False
        self.assertAsked(self.send_code(active=True), "archived:cost_code:03 30 00", "03 30 00")

    def test_a_job_that_was_archived_before_the_interface(self):
        self.env["project.project"].create(
            {"name": "Old", "job_number": "J-OLD", "is_construction_job": True, "active": False}
        )
        self.assertAsked(self.send_job("J-OLD"), "archived:job:J-OLD", "J-OLD")

    # --- renumbered, mapped -------------------------------------------------------------

    def test_a_number_that_moved_to_another_record(self):
        self.job.job_number = "J-2"
        message = self.send_job("J-2")
        self.assertAsked(message, "taken:job:J-2", "J-2", "J-1")
        # the event of the first number gives it back, and then the second is another job
        self.assertState(self.send_job("J-1"), "done")
        self.assertEqual(self.job.job_number, "J-1")
        self.assertState(message, "done")
        self.assertNotEqual(self.record(message, "project.project"), self.job)
        self.code().code = "99"
        self.assertAsked(self.send_code("99"), "taken:cost_code:99", "99", "03 30 00")

    def test_the_question_about_an_alias_is_answered_on_its_work_item(self):
        supplier = self.supplier()
        self.env["construction.crosswalk"]._confirm(self.master, "supplier", "S-X", supplier)
        message = self.send_supplier("S-X", name="Other Name")
        message.exception_id.action_decide("take_over", reason="The new number")
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(supplier.name, "Other Name")
        other = self.send_supplier(time="2026-03-06T08:00:00Z")
        other.exception_id.action_decide("never", reason="The old number")
        self.run_all()
        self.assertState(other, "ignored")
        self.assertState(self.send_supplier(time="2026-03-07T08:00:00Z"), "ignored")

    # --- numbers, names and spellings ----------------------------------------------------

    def test_two_updates_within_one_second(self):
        late = self.send_supplier(name="Late", time="2026-03-03T08:00:00.900Z")
        early = self.send_supplier(name="Early", time="2026-03-03T08:00:00.100Z")
        self.assertState(late, "done")
        self.assertState(early, "superseded")
        self.assertEqual(self.supplier().name, "Late")

    def test_an_unknown_country_is_asked_about(self):
        message = self.send_job("J-3", address={"street": "1 Quay", "country": "XX"})
        self.assertState(message, "exception", "mapping")

    def test_one_tax_number_twice_in_a_batch(self):
        one, two = (
            self.receive(
                self.master,
                "master.supplier.upserted",
                key,
                {"supplier": key, "name": key, "tax_id": tax},
            )
            for key, tax in (("T-1", "US 12-3456789"), ("T-2", "us123456789"))
        )
        self.run_all()
        self.assertState(one, "done")
        self.assertState(two, "exception", "duplicate")
        self.assertIn("T-1", two.exception_id.sentence)
        self.assertEqual(two.exception_id.fix_model, "res.partner")

    def test_a_tax_number_that_changes_to_that_of_another(self):
        # taken as sent when it is made only
        self.send_supplier("S-9", tax_id="US 77")
        self.assertState(self.send_supplier("S-1", tax_id="us-77"), "exception", "duplicate")
        self.assertState(self.send_supplier("S-9", tax_id="US 77", time="2026-03-09T08:00:00Z"), "done")

    def test_a_product_that_has_the_number_of_a_new_item(self):
        product = self.env["product.product"].create({"name": "Screw", "default_code": "SCREW"})
        message = self.send_item("SCREW")
        self.assertAsked(message, "taken:item:SCREW", "SCREW")
        message.exception_id.fix_res_id = product.id
        message.exception_id.action_map_and_replay()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(product.name, "Screw", "what a person made, Odoo owns: it is proposed")

    def test_names_match_exactly_or_are_asked_about(self):
        term = self.env["account.payment.term"].create(
            {"name": "30 Days_Net", "line_ids": [Command.create({"value": "percent", "value_amount": 100})]}
        )
        for pattern in ("%Immediate%", "30 Days%", "30 Days-Net", "30 days_net"):
            with self.subTest(pattern):
                message = self.send_supplier(f"S-{pattern}", payment_terms=pattern)
                self.assertState(message, "exception", "mapping")
                self.assertIn(pattern, message.exception_id.sentence)
        exact = self.send_supplier("S-N", payment_terms="30 Days_Net")
        self.assertState(exact, "done")
        self.assertEqual(
            self.record(exact, "res.partner").with_company(self.company).property_supplier_payment_term_id,
            term,
        )
        for pattern in ("%", "No Such Category"):
            message = self.send_item(f"I-{pattern}", category=pattern)
            self.assertState(message, "exception", "mapping")
            self.assertFalse(self.item(f"I-{pattern}"))
        category = self.env["product.category"].create({"name": "Steel"})
        self.assertState(self.send_item("I-S", category="Steel"), "done")
        self.assertEqual(self.item("I-S").categ_id, category)

    def test_who_has_a_tax_number_is_found_by_an_index(self):
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO res_partner"
            " (name, active, vat, construction_tax_key, autopost_bills, group_rfq, group_on)"
            " SELECT 'V' || n, true, 'V' || n, 'V' || n, 'ask', 'default', 'default'"
            " FROM generate_series(1, 20000) n"
        )
        self.env.cr.execute("ANALYZE res_partner")
        self.env.cr.execute(
            "EXPLAIN SELECT id FROM res_partner WHERE construction_tax_key IN ('V7', 'V8')"
            " AND parent_id IS NULL AND (company_id IS NULL OR company_id = 1) AND active"
        )
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("res_partner__construction_tax_key_index", plan)
