# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import RecordLivesCommon


@tagged("post_install", "-at_install")
class TestRecordLives(RecordLivesCommon):
    """What people do to records behind keys with Odoo's own buttons, and what the next event ends as."""

    # --- deleted: masters -------------------------------------------------------------

    def test_named_by_an_order_a_deleted_master_is_one_question(self):
        deletions = {
            "supplier": (self.supplier, "S-1"),
            "item": (self.item, "BOLT"),
            "cost_code": (self.code, "03 30 00"),
            "job": (lambda: self.job, "J-1"),
        }
        for kind, (find, key) in deletions.items():
            with self.subTest(kind), self.env.cr.savepoint() as undo:
                find().unlink()
                orders = self.send_order("PO-1") | self.send_order("PO-2")
                for order in orders:
                    self.assertAsked(order, f"deleted:{kind}:{key}", key, "was deleted by", "Map the key")
                self.assertEqual(len(orders.exception_id), 1)
                undo.rollback()
                self.env.invalidate_all()

    def test_a_deleted_supplier_and_an_unknown_currency(self):
        self.supplier().unlink()
        order = self.send_order(currency="XXX")
        self.assertAsked(order, "deleted:supplier:S-1", "S-1")

    def test_a_deleted_product_is_noticed_through_its_template(self):
        self.item().product_tmpl_id.unlink()
        self.assertAsked(self.send_order(), "deleted:item:BOLT", "Item BOLT")

    def test_a_master_event_makes_a_deleted_record_anew(self):
        cases = {
            "supplier": (self.supplier, self.send_supplier),
            "item": (self.item, self.send_item),
            "cost_code": (self.code, self.send_code),
            "job": (
                lambda: self.env["project.project"].search(
                    [("job_number", "=", "J-1"), ("company_id", "=", self.company.id)]
                ),
                self.send_job,
            ),
        }
        for kind, (find, send) in cases.items():
            with self.subTest(kind), self.env.cr.savepoint() as undo:
                old = find()
                old.unlink()
                order = self.send_order("PO-A")
                self.assertState(order, "exception", "mapping")
                # as old as it likes: it begins a new life
                self.assertState(send(time="2026-01-01T00:00:00Z"), "done")
                self.assertTrue(find())
                self.assertNotEqual(find(), old)
                self.assertState(order, "done")
                undo.rollback()
                self.env.invalidate_all()

    # --- deleted: documents -----------------------------------------------------------

    def test_a_deleted_request_is_made_anew(self):
        request = self.record(self.send_request(), "purchase.request")
        request.unlink()
        again = self.send_request(quantity="5")
        self.assertState(again, "done")
        self.assertEqual(self.record(again, "purchase.request").line_ids.product_qty, 5)

    def test_a_deleted_order_is_made_anew_and_its_receipt_asks(self):
        self.send_order()
        order = self.order()
        order.button_cancel()
        order.unlink()
        receipt = self.send_delivery()
        self.assertState(receipt, "exception", "mapping")
        self.assertIn("was deleted by", receipt.exception_id.sentence)
        self.assertEqual(receipt.exception_id.fix_model, "purchase.order")
        item = receipt.exception_id
        self.assertState(self.send_order(), "done")
        self.assertState(receipt, "done")
        self.assertEqual((item.state, self.order().order_line.qty_received), ("resolved", 100))

    def test_what_was_stopped_at_a_deleted_order_can_be_replayed(self):
        self.env["tier.definition"].create(
            {
                "model_id": self.env["ir.model"]._get_id("purchase.order"),
                "review_type": "individual",
                "reviewer_id": self.env.ref("base.user_admin").id,
                "definition_domain": "[('amount_total', '>', 1)]",
            }
        )
        message = self.send_order()
        self.assertState(message, "exception", "hold")
        item, owner = message.exception_id, message.exception_id.owner_id
        order = self.order()
        order.with_context(skip_validation_check=True).button_cancel()
        order.unlink()
        self.assertEqual((item.state, item.owner_id), ("open", owner))
        self.assertIn("deleted by", item.sentence)
        item.action_replay()
        self.run_all()
        self.assertTrue(self.order().exists())
        self.assertState(message, "exception", "hold")

    def test_a_deleted_bill_is_made_anew(self):
        self.send_order()
        self.send_delivery()
        self.assertState(self.send_invoice(), "done")
        bill = self.bill()
        bill.button_draft()
        bill.with_context(force_delete=True).unlink()
        again = self.send_invoice()
        self.assertState(again, "done")
        self.assertEqual(self.bill().state, "posted")

    def test_a_line_removed_and_there_again(self):
        self.env["tier.definition"].create(
            {
                "model_id": self.env["ir.model"]._get_id("purchase.order"),
                "review_type": "individual",
                "reviewer_id": self.env.ref("base.user_admin").id,
                "definition_domain": "[('amount_total', '>', 1)]",
            }
        )
        one, two = self.order_line("1"), self.order_line("2", quantity="7")
        self.send_order()
        for revision, lines in enumerate(([one, two], [one], [one, two], [one, two]), 1):
            if revision == 4:
                self.order().order_line.filtered(lambda row: row.construction_external_line == "2").unlink()
            message = self.send(
                self.field,
                "procurement.purchase_order.changed",
                "PO-1",
                self.order_data(lines=lines, revision=revision),
                time=f"2026-03-0{revision + 2}T08:00:00Z",
            )
            self.assertState(message, "exception", "hold")
            found = self.order().order_line.mapped("construction_external_line")
            self.assertEqual(found, [line["line"] for line in lines])

    # --- archived ---------------------------------------------------------------------

    def test_what_events_archive_events_bring_back(self):
        self.assertState(self.send_code(active=False), "done")
        code = (
            self.env["construction.cost.code"]
            .with_context(active_test=False)
            .search([("code", "=", "03 30 00"), ("company_id", "=", self.company.id)])
        )
        self.assertFalse(code.active)
        self.assertState(self.send_order(), "exception", "mapping")
        self.assertState(self.send_code(time="2026-03-04T08:00:00Z", active=True), "done")
        self.assertTrue(code.active)

    def test_an_order_that_names_an_archived_record_asks_and_goods_go_through(self):
        self.send_order()
        cases = {
            "item:BOLT": self.item(),
            "cost_code:03 30 00": self.code(),
            "job:J-1": self.job,
            "supplier:S-1": self.supplier(),
        }
        for cause, record in cases.items():
            with self.subTest(cause):
                record.active = False
                self.assertAsked(self.send_order("PO-9"), f"archived:{cause}", cause.split(":")[1])
                record.active = True
        for record in cases.values():
            record.active = False
        receipt = self.send_delivery(lines=[self.delivery_line(item="BOLT")])
        self.assertState(receipt, "done")
        self.assertEqual(self.order().order_line.qty_received, 100)

    # --- renumbered, mapped, copied -----------------------------------------------------

    def test_a_further_key_by_hand_writes_nothing_until_somebody_says_so(self):
        walk = self.env["construction.crosswalk"]
        supplier = self.supplier()
        alias = walk._confirm(self.master, "supplier", "S-X", supplier)
        self.assertTrue(alias.is_alias)
        message = self.send_supplier("S-X", name="Other Name")
        self.assertAsked(message, "alias:supplier:S-X", "S-X", "S-1")
        self.assertEqual(supplier.name, "Supplier S-1")
        self.assertEqual(message.exception_id.record_ref, alias)
        self.assertState(self.send_order(supplier="S-X"), "done")
        alias.action_alias_never()
        self.run_all()
        self.assertState(message, "ignored")
        self.assertState(self.send_supplier("S-X", time="2026-03-04T08:00:00Z"), "ignored")
        alias.action_alias_take_over()
        self.assertState(self.send_supplier("S-X", name="Taken Over", time="2026-03-05T08:00:00Z"), "done")
        self.assertEqual((supplier.name, supplier.construction_external_key), ("Taken Over", "S-X"))
        self.assertAsked(self.send_supplier(time="2026-03-06T08:00:00Z"), "alias:supplier:S-1", "S-X")

    def test_only_a_job_is_mapped_as_a_job(self):
        message = self.send_order(job="J-9")
        self.assertState(message, "exception", "mapping")
        item = message.exception_id
        item.fix_res_id = self.env["project.project"].create({"name": "Plain"}).id
        with self.assertRaisesRegex(Exception, "cannot be a job"):
            item.action_map_and_replay()

    # --- of another company -------------------------------------------------------------

    def test_a_supplier_of_another_company_stops_only_its_own(self):
        other = self.env["res.company"].create({"name": "Other"})
        direct = [self.order_line(item=None, uom="EA")]
        direct[0].pop("item")
        for key in ("PO-1", "PO-2"):
            self.assertState(self.send_order(key, lines=direct), "done")
        self.assertState(self.send_order("PO-3"), "done")
        self.supplier().company_id = other
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertState(self.send_order("PO-4", lines=direct, supplier="S-2"), "done")
        self.assertState(self.send_order("PO-5", supplier="S-2"), "done")
        self.assertAsked(self.send_order("PO-6"), "company:supplier:S-1", "S-1", "Other", "Move the record")

    # --- numbers, names and spellings ----------------------------------------------------

    def test_facts_come_in_whatever_their_order(self):
        self.send_order()
        second = self.receive(
            self.field,
            "procurement.delivery.received",
            "PO-1",
            self.delivery_data("R-2", lines=[self.delivery_line(quantity="40")]),
        )
        second.sudo().sequence = 2
        self.run_all()
        first = self.receive(
            self.field,
            "procurement.delivery.received",
            "PO-1",
            self.delivery_data("R-1", lines=[self.delivery_line(quantity="60")]),
            time="2026-01-01T00:00:00Z",
        )
        first.sudo().sequence = 1
        self.run_all()
        self.assertState(first, "done")
        self.assertState(second, "done")
        self.assertEqual(self.order().order_line.qty_received, 100)

    def test_a_cancellation_of_an_older_order_is_asked_about(self):
        self.send_order(revision=3)
        message = self.send(
            self.field,
            "procurement.purchase_order.cancelled",
            "PO-1",
            {"order": "PO-1", "reason": "Not needed", "revision": 2},
        )
        self.assertState(message, "exception", "data")
        self.assertIn("revision 3", message.exception_id.sentence)

    def test_one_key_in_two_spellings(self):
        found = [
            self.receive(
                self.master, "master.cost_code.upserted", key, {"cost_code": key, "name": f"Code {key}"}
            )
            for key in ("K  1", "K 1")
        ]
        found += [
            self.receive(self.master, "master.item.upserted", key, {"item": key, "name": "Item", "uom": "EA"})
            for key in ("I  1", "I 1")
        ]
        self.run_all()
        for message in found:
            self.assertState(message, "done")
        self.assertEqual(len(self.code("K 1")), 1)
        self.assertEqual(len(self.item("I 1")), 1)
        self.assertState(self.send_order(lines=[self.order_line(cost_code="K   1", item="I  1")]), "done")
