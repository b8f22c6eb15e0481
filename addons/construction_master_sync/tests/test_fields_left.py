# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.tests import tagged

from .common import RecordLivesCommon

KIND = "construction.handler.master.supplier.upserted"
ACCOUNT = "GB29NWBK60161331926819"
DOCUMENTS = [{"kind": "Insurance", "number": "A-1", "expires": "2030-01-31"}]


@tagged("post_install", "-at_install")
class TestFieldsLeft(RecordLivesCommon):
    """What an event says and nothing that is installed takes up stays in its message, which says so."""

    def leave(self, kind, *fields):
        handler = type(self.env[f"construction.handler.master.{kind}.upserted"])
        self.startPatcher(patch.object(handler, "_fields_left", lambda handler: frozenset(fields)))

    def notes(self, message):
        return " ".join(filter(None, message.history_ids.mapped("note")))

    def test_it_is_kept_and_said(self):
        self.leave("supplier", "bank_account", "compliance")
        message = self.send_supplier(bank_account=ACCOUNT, compliance=DOCUMENTS, email="a@example.com")
        self.assertState(message, "done")
        self.assertIn("bank_account", self.notes(message))
        self.assertIn("compliance", self.notes(message))
        self.assertNotIn(ACCOUNT, self.notes(message))
        data = message._payload()
        self.assertEqual(data["compliance"], DOCUMENTS)
        self.assertEqual(self.env[KIND]._open_restricted(data["bank_account"]), ACCOUNT)
        self.assertEqual(self.supplier().email, "a@example.com")
        # what it does not say is not left aside
        self.assertNotIn("compliance", self.notes(self.send_supplier("S-2", bank_account=ACCOUNT)))
        self.assertNotIn("no module", self.notes(self.send_supplier("S-7")))

    def test_of_an_item(self):
        self.leave("item", "stocked", "cost_type")
        message = self.send_item("BOLT-2", stocked=True, cost_type="MAT")
        self.assertState(message, "done")
        self.assertIn("cost_type, stocked", self.notes(message))
        self.assertNotIn("stocked", self.notes(self.send_item("BOLT-3", stocked=False)))

    def test_what_is_installed_takes_up_its_own(self):
        """By what is there: the hold of bank details, the usual cost type, the stock."""
        taken = {
            ("supplier", "bank_account"): "construction_bank_hold" in self.env["res.partner"]._fields,
            ("supplier", "compliance"): "construction.compliance.document" in self.env,
            ("item", "cost_type"): "usual_cost_type_id" in self.env["product.product"]._fields,
            ("item", "stocked"): "is_storable" in self.env["product.product"]._fields,
            ("job", "customer"): True,
            ("cost_code", "parent"): True,
        }
        for (kind, field), is_taken in taken.items():
            with self.subTest(kind=kind, field=field):
                left = self.env[f"construction.handler.master.{kind}.upserted"]._fields_left()
                self.assertEqual(field in left, not is_taken)
        message = self.send_supplier("S-8", bank_account=ACCOUNT)
        left = not taken["supplier", "bank_account"]
        self.assertEqual("bank_account" in self.notes(message), left)
        self.assertEqual(bool(self.supplier("S-8").bank_ids), not left)
