# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import HandBillsCommon

CHANGED = "Since you opened this"


@tagged("post_install", "-at_install")
class TestSeenHolds(HandBillsCommon):
    """A hold is let go for the bill that was shown."""

    def set_up_once(self):
        super().set_up_once()
        self.send_delivery()
        self.bill = self.enter(price=12)
        self.bill.action_post()
        self.releases = self.env["construction.hold.release"].with_user(self.controller)

    def opened(self, bills=None):
        return self.releases.create({"move_ids": (bills or self.bill).ids, "reason": "12 is agreed"})

    def assertNotReleased(self, wizard, bill=None):
        bill = bill or self.bill
        with self.assertRaisesRegex(UserError, f"{CHANGED}.*{bill.ref}"), self.cr.savepoint():
            wizard.action_release()
        self.assertTrue(bill.construction_on_hold)

    def test_nothing_has_changed(self):
        self.opened().action_release()
        self.bill.action_post()
        self.assertEqual(self.bill.state, "posted")

    def test_another_price_was_not_seen(self):
        wizard = self.opened()
        self.assertIn("1,200", wizard.hold_text)
        self.bill.invoice_line_ids.price_unit = 90
        self.assertNotReleased(wizard)
        self.assertIn("9,000", self.opened().hold_text)

    def test_a_form_is_opened_before_it_is_stored(self):
        with Form(self.releases.with_context(default_move_ids=self.bill.ids)) as form:
            form.reason = "12 is agreed"
            self.bill.invoice_line_ids.price_unit = 90
        self.assertNotReleased(form.record)

    def test_another_line_or_another_hold_was_not_seen(self):
        for change in (
            lambda: self.bill.write({"ref": "H-2"}),
            lambda: self.bill.invoice_line_ids.copy({"move_id": self.bill.id}),
            lambda: (
                self.bill.sudo().construction_hold_ids[0].copy({"rule": "total", "move_id": self.bill.id})
            ),
            lambda: self.bill.invoice_line_ids.write({"analytic_distribution": False}),
        ):
            wizard = self.opened()
            change()
            self.assertNotReleased(wizard)

    def test_of_several_the_one_that_changed_is_named(self):
        other = self.enter("H-9", price=13)
        other.action_post()
        wizard = self.opened(self.bill | other)
        other.invoice_line_ids.price_unit = 14
        self.assertNotReleased(wizard, other)
        self.assertTrue(self.bill.construction_on_hold)
