# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.modules.module import load_script
from odoo.tests import tagged

from .test_content import ContentCommon

SCRIPT = "construction_procurement_sync/migrations/19.0.1.1.0/post-identity.py"


@tagged("post_install", "-at_install")
class TestMigrationIdentity(ContentCommon):
    """A database of before: keys, waits and causes held a number only."""

    def set_up_once(self):
        super().set_up_once()
        # a database of before has no guards: they are made after the last migration
        self.env.flush_all()
        for table in ("construction_crosswalk", "construction_exception"):
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")

    def migrate(self):
        module = load_script(SCRIPT, "post_identity")
        self.env.flush_all()
        module.migrate(self.env.cr, "19.0.1.0.0")

    def age(self, kind, keys):
        """Give keys of a kind the form that they had, and forget what documents said."""
        self.env.flush_all()
        for new, old in keys.items():
            self.env.cr.execute(
                "UPDATE construction_crosswalk SET key = %s, content_hash = NULL, revision = 0,"
                " content_message_id = NULL WHERE kind = %s AND key = %s",
                [old, kind, new],
            )
        self.env.invalidate_all()

    def keys(self, kind):
        mine = [("kind", "=", kind), ("source_id.company_id", "=", self.company.id)]
        return set(self.env["construction.crosswalk"].search(mine).mapped("key"))

    def test_keys_waits_and_causes(self):
        self.send_delivery()
        self.send_invoice()
        held = self.send_invoice("INV-2", lines=[self.invoice_line(quantity="5")])
        waiting = self.send_delivery("R-9", "PO-9")
        self.assertState(held, "exception")
        self.age("order", {"po-1": "PO-1"})
        self.age("released_order", {"po-1": "PO-1"})
        self.age("receipt", {"po-1/r-1": "R-1"})
        self.age("invoice", {"s-1/invoice/inv-001": "INV-001", "s-1/invoice/inv-2": "INV-2"})
        item = held.exception_id
        item.cause_key = f"hold:{self.suppliers.code}:INV-2"
        waiting.sudo().wait_key = "PO-9"
        self.migrate()
        self.assertEqual(self.keys("invoice"), {"s-1/invoice/inv-001", "s-1/invoice/inv-2"})
        self.assertEqual(self.keys("receipt"), {"po-1/r-1"})
        self.assertEqual(self.keys("order"), {"po-1"})
        self.assertEqual(item.cause_key, "hold:s-1/invoice/inv-2")
        self.assertEqual((item.state, held.exception_id, waiting.wait_key), ("open", item, "po-9"))
        # what they said is known: the same is a repeat, other content a question
        self.assertState(self.send_invoice(), "done")
        self.assertAsks(self.send_invoice(lines=[self.invoice_line(quantity="7")]))
        self.assertState(self.send_order(), "done")
        self.send_order("PO-9")
        self.assertState(waiting, "done")

    def test_two_records_of_one_key(self):
        self.send_delivery()
        self.send_invoice("N-1", lines=[self.invoice_line(quantity="5")])
        second = self.send_invoice("N-2", lines=[self.invoice_line(quantity="7")])
        bill = self.record(second, "account.move")
        self.age("invoice", {"s-1/invoice/n-1": "N-1", "s-1/invoice/n-2": "n-1"})
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE construction_message DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE construction_message SET data = replace(data, 'N-2', 'n-1') WHERE id = %s", [second.id]
        )
        self.env.cr.execute("ALTER TABLE construction_message ENABLE TRIGGER USER")
        self.env.invalidate_all()
        self.migrate()
        self.assertEqual(self.keys("invoice"), {"s-1/invoice/n-1", "s-1/invoice/n-1#2"})
        item = self.env["construction.exception"].search(
            [("cause_key", "=", "two_records:invoice:s-1/invoice/n-1")]
        )
        self.assertIn(bill.display_name, item.sentence)

    def test_orders_born_here(self):
        ours = self.order().copy({"name": "P-OURS"})
        ours.button_confirm()
        self.env.cr.execute("DELETE FROM construction_crosswalk WHERE key = 'p-ours'")
        self.env.cr.execute("UPDATE purchase_order_line SET construction_printed_line = NULL")
        self.env.invalidate_all()
        self.migrate()
        self.assertEqual(ours.order_line.mapped("construction_printed_line"), ["1"])
        self.assertState(self.send_delivery("R-4", "P-OURS", [self.delivery_line("1", "4")]), "done")
