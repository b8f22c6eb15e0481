# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.modules.module import load_script
from odoo.tests import tagged

from .test_one_document import OneDocumentCommon

SCRIPT = "construction_sync/migrations/19.0.1.1.1/end-answers.py"


@tagged("post_install", "-at_install")
class TestMigrationAnswers(OneDocumentCommon):
    """Answers of before bore no document, and were asked for again when it came in another message."""

    def age(self):
        """Take from answers and messages what they did not hold before."""
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE construction_message_decision DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE construction_message_decision SET document_kind = NULL, document_key = NULL,"
            " content_hash = NULL, against_hash = NULL, revision = NULL"
        )
        self.env.cr.execute("ALTER TABLE construction_message_decision ENABLE TRIGGER USER")
        self.env.cr.execute("UPDATE construction_message SET former_kind = NULL, former_key = NULL")
        self.env.invalidate_all()

    def migrate(self):
        module = load_script(SCRIPT, "end_answers")
        module.migrate(self.env.cr, "19.0.1.1.0")
        self.env.flush_all()

    def test_an_answer_is_its_document_s(self):
        message = self.bare()
        self.decide(message, "order", self.buyer, res_id=self.order().id)
        self.age()
        self.migrate()
        decision = message.decision_ids
        self.assertEqual((decision.document_kind, decision.document_key), ("receipt", "/s-1/r-1"))
        again = self.send_bare("8", revision=1)
        self.assertState(again, "done")
        self.assertEqual(self.received(), [8])

    def send_bare(self, quantity, **kwargs):
        lines = [self.delivery_line(item="BOLT", quantity=quantity)]
        data = self.delivery_data("R-1", "x", lines, supplier="S-1", delivery_note="L-1", **kwargs)
        data.pop("order")
        data["lines"][0].pop("order_line")
        return self.send(self.field, "procurement.delivery.received", "S-1", data)

    def test_what_was_turned_down_is_not_asked_again(self):
        self.complete(quantity="25")
        message = self.complete(quantity="40")
        self.decide(message, "keep", self.buyer)
        self.age()
        self.migrate()
        self.assertState(self.complete(quantity="40"), "done")
        self.assertEqual(self.received(), [25])

    def test_a_number_corrected_since_is_not_told(self):
        self.complete(quantity="25")
        message = self.complete(quantity="40")
        self.decide(message, "keep", self.buyer)
        message.with_user(self.buyer)._take_up("Looked at again")
        self.run_all()
        message.sudo().decision_ids.flush_recordset()
        self.env.cr.execute("ALTER TABLE construction_message_decision DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE construction_message_decision SET decided_at = decided_at - interval '1 hour'"
        )
        self.correct(message, user=self.buyer, receipt="R-7")
        self.age()
        self.migrate()
        self.assertFalse(message.decision_ids.document_kind)

    def test_what_was_corrected_is_known_as_it_was_sent(self):
        first = self.complete(order="PO-0")
        self.correct(first, user=self.buyer, order="PO-1")
        self.assertState(first, "done")
        self.age()
        self.migrate()
        self.assertEqual((first.former_kind, first.former_key), ("receipt", "po-0/r-1"))
        self.assertAsks(self.complete(order="PO-0", quantity="8"))
