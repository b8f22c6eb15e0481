# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .charge_common import CHARGE, DAY, ChargeCommon

APPROVAL = "construction.equipment.approval"
CHANGED = "ince you opened"


@tagged("post_install", "-at_install")
class TestApproval(ChargeCommon):
    """What is approved is what was seen, and nothing else goes along unsaid."""

    def window(self, records):
        """The window that opens on records."""
        action = records.action_review()
        self.assertEqual(action["res_model"], APPROVAL)
        return self.env[APPROVAL].with_user(records.env.user).browse(action["res_id"])

    def proposed(self, hours=8, job="J-1", **data):
        self.say(hours, job=job, **data)
        self.days(state="open").with_user(self.manager).action_approve()
        return self.charges(state="proposed").with_user(self.controller)

    def test_hours_that_changed_since(self):
        self.say(8, job="J-1")
        day = self.days().with_user(self.manager)
        window, mark = self.window(day), day.asked
        self.say(6, job="J-1", revision=1)
        with self.assertRaisesRegex(UserError, CHANGED):
            window.action_approve()
        for deed in (
            day.with_context(construction_seen=mark).action_approve,
            day.with_context(construction_seen={str(day.id): mark}).action_approve,
        ):
            with self.assertRaisesRegex(UserError, "has changed since you opened it"):
                deed()
        self.assertEqual((day.state, day.hours), ("open", 6))
        self.window(day).action_approve()
        self.assertEqual((day.state, day.approved_by_id), ("approved", self.manager))

    def test_hours_as_they_were_seen(self):
        self.say(8, job="J-1")
        day = self.days().with_user(self.manager)
        day.with_context(construction_seen=day.asked).action_approve()
        self.assertEqual(day.state, "approved")

    def test_a_code_that_changed_since(self):
        self.say(8, job="J-1")
        day = self.days().with_user(self.manager)
        window = self.window(day)
        day.cost_code_id = self.env["construction.cost.code"].search(
            [("company_id", "=", self.company.id), ("id", "!=", self.code.id)], limit=1
        )
        with self.assertRaisesRegex(UserError, CHANGED):
            window.action_approve()

    def test_an_amount_that_changed_since(self):
        charge = self.proposed()
        window = self.window(charge)
        self.assertEqual((window.count, window.hours), (1, 8))
        self.rate.operating = 98
        self.assertTrue(self.charges().amount == 784)
        with self.assertRaisesRegex(UserError, CHANGED):
            window.action_approve()
        self.window(self.charges().with_user(self.controller)).action_approve()
        self.assertEqual(self.ledger(), 784)

    def test_what_says_the_same_stays(self):
        """A proposal worked out again with the same outcome is still the one that was seen."""
        charge = self.proposed()
        window = self.window(charge)
        self.env[CHARGE]._propose(self.excavator, charge.date)
        self.rate.note = "Looked at"
        self.assertEqual(self.charges(), charge)
        window.action_approve()
        self.assertEqual(charge.state, "approved")

    def test_another_rate_of_the_same_amount(self):
        charge = self.proposed()
        self.make_rate(equipment_id=self.excavator.id, operating=95)
        self.assertEqual(self.charges().line_ids.rate_id.equipment_id, self.excavator)
        self.assertFalse(charge.exists())

    def test_it_was_approved_by_another_in_between(self):
        charge = self.proposed()
        window = self.window(charge)
        charge.action_approve()
        with self.assertRaisesRegex(UserError, CHANGED):
            window.action_approve()

    # --- what goes along ------------------------------------------------------------------------------

    def test_another_job_of_the_date_is_not_taken_along(self):
        charges = self.proposed() and self.proposed(2, job="J-2")
        first = charges.filtered(lambda charge: charge.job_id == self.job)
        first.action_approve()
        self.assertEqual(charges.mapped("state"), ["approved", "proposed"])
        self.assertEqual((self.ledger(self.job), self.ledger(self.second)), (760, 0))

    def test_a_shared_minimum_goes_as_one_and_says_so_before(self):
        self.rate.minimum_hours = 4
        charges = self.proposed("1.5") and self.proposed(1, job="J-2")
        self.assertEqual(charges.mapped("amount"), [228, 152])
        first = charges.filtered(lambda charge: charge.job_id == self.job)
        with self.assertRaisesRegex(
            UserError, "worked out as one with: .*J-2.*152.00.*Approve them together"
        ):
            first.action_approve()
        window = self.window(first)
        self.assertRegex(window.along, "did not choose.*J-2")
        self.assertEqual(window.charge_ids, charges)
        window.action_approve()
        self.assertEqual((self.ledger(self.job), self.ledger(self.second)), (228, 152))

    def test_above_the_minimum_each_stands_alone(self):
        self.rate.minimum_hours = 4
        charges = self.proposed(3) and self.proposed(2, job="J-2")
        self.assertFalse(self.window(charges[:1]).along)
        charges[:1].action_approve()
        self.assertEqual(self.charges(state="proposed"), charges[1:])

    def test_a_correction_goes_with_what_it_corrects(self):
        self.proposed().action_approve()
        self.rate.date_to = "2026-02-28"
        self.make_rate(operating=98, date_from="2026-03-01")
        back, new = self.charges(state="proposed").with_user(self.controller)
        for one, other in ((back, "784.00"), (new, "taken back")):
            with self.assertRaisesRegex(UserError, f"worked out as one.*{other}"):
                one.action_approve()
        self.window(new).action_approve()
        self.assertEqual(self.ledger(), 784)

    def test_a_minimum_that_a_second_job_comes_to_share(self):
        """380 for the first job alone become 228 and 152: all three go together."""
        self.rate.minimum_hours = 4
        self.proposed("1.5").action_approve()
        self.assertEqual(self.ledger(), 380)
        charges = self.proposed(1, job="J-2")
        self.assertEqual(sorted(charges.mapped("amount")), [-380, 152, 228])
        for charge in charges:
            with self.assertRaises(UserError):
                charge.action_approve()
        self.window(charges[:1]).action_approve()
        self.assertEqual((self.ledger(self.job), self.ledger(self.second)), (228, 152))
        # and back again
        self.days(job_id=self.second.id).with_user(self.manager).action_reopen()
        charges = self.charges(state="proposed").with_user(self.controller)
        self.assertEqual(sorted(charges.mapped("amount")), [-228, -152, 380])
        with self.assertRaises(UserError):
            charges.filtered(lambda charge: charge.amount == -152).action_approve()
        self.window(charges[:1]).action_approve()
        self.assertEqual((self.ledger(self.job), self.ledger(self.second)), (380, 0))

    # --- doors ----------------------------------------------------------------------------------------

    def test_the_window_gives_no_right(self):
        charge = self.proposed()
        for user in (self.manager, self.user_with("pm", "construction_base.group_project_manager")):
            window = self.env[APPROVAL].with_user(user)
            with self.subTest(user.login), self.assertRaises(AccessError):
                window.create({"charge_ids": [(6, 0, charge.ids)]}).action_approve()
        other = self.window(charge)
        with self.assertRaises(AccessError):
            other.with_user(self.manager).action_approve()
        super_user = self.user_with("site", "construction_base.group_site_supervisor")
        with self.assertRaises(AccessError):
            self.env[APPROVAL].with_user(super_user).create({"day_ids": [(6, 0, self.days().ids)]})

    def test_nothing_to_approve(self):
        charge = self.proposed()
        charge.action_approve()
        for record in (charge, self.days().with_user(self.manager)):
            with self.assertRaisesRegex(UserError, "Nothing of this waits"):
                record.action_review()
        self.assertEqual(self.env[DAY].with_user(self.manager).browse(self.days().id).state, "approved")
