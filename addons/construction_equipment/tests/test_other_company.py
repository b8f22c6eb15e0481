# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .batch_common import BATCH, BatchCommon
from .charge_common import CHARGE, DAY


@tagged("post_install", "-at_install")
class TestOtherCompany(BatchCommon):
    """A machine of one company on a job of another: its usage there, the charge here, and each its half."""

    def set_up_once(self):
        super().set_up_once()
        self.other = self.env["res.company"].create(
            {"name": "Builders B", "currency_id": self.company.currency_id.id}
        )
        self.env = self.env(
            context={**self.env.context, "allowed_company_ids": (self.company | self.other).ids}
        )
        self.set_accounts(self.other)
        self.foreign_code = self.env["construction.cost.code"].create(
            {"name": "Machines", "code": "50 00 00", "company_id": self.other.id}
        )
        self.foreign = self.env["project.project"].create(
            {
                "name": "Tower",
                "job_number": "B-7",
                "is_construction_job": True,
                "company_id": self.other.id,
                "job_tz": "UTC",
            }
        )
        self.payer = self.of("payer", self.other, "construction_base.group_cost_controller")
        self.owner = self.of("owner", self.company, "construction_base.group_cost_controller")
        self.manager.write({"company_ids": [Command.set(self.company.ids)], "company_id": self.company.id})

    def of(self, login, company, groups):
        user = self.user_with(login, groups)
        user.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        return user

    def on(self, user, records):
        """Records as a user of one company only sees them."""
        return records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def lent(self, hours=8, code=None):
        """The machine works a day on the other company's job."""
        self.foreign.construction_equipment_code_id = self.foreign_code if code is None else code
        self.env["construction.equipment.transfer"].create(
            {
                "equipment_id": self.excavator.id,
                "job_id": self.foreign.id,
                "date_from": "2026-03-09 00:00:00",
            }
        )
        self.say(hours)
        return self.days()

    def approved(self, hours=8):
        day = self.lent(hours)
        self.on(self.manager, day).action_approve()
        charge = self.charges()
        self.on(self.payer, charge).action_approve()
        return charge

    def booked(self, user, company, **vals):
        batch = self.on(user, self.env[BATCH]).create(
            {"company_id": company.id, "date_to": "2026-03-31", **vals}
        )
        batch.action_post()
        return batch

    def test_usage_there_and_the_charge_here(self):
        charge = self.approved()
        day = self.days()
        self.assertEqual(
            (day.company_id, day.job_id, day.cost_code_id), (self.company, self.foreign, self.foreign_code)
        )
        self.assertEqual((charge.company_id, charge.owner_company_id), (self.other, self.company))
        self.assertEqual((charge.amount, charge.approved_by_id), (760, self.payer))
        entry = self.env["construction.cost.entry"].search([("res_model", "=", CHARGE)])
        self.assertEqual((entry.company_id, entry.job_id, entry.amount), (self.other, self.foreign, 760))

    def test_each_company_has_its_half(self):
        self.approved()
        here, there = self.booked(self.payer, self.other), self.booked(self.owner, self.company)
        self.assertEqual(self.sides(here.move_id.sudo()), {"cost": 760, "due_to": -760})
        self.assertEqual(self.sides(there.move_id.sudo()), {"due_from": 760, "recovery": -760})
        self.assertEqual(
            (here.move_id.sudo().company_id, there.move_id.sudo().company_id), (self.other, self.company)
        )
        due_to = here.move_id.sudo().line_ids.filtered(
            lambda line: line.construction_equipment_side == "due_to"
        )
        due_from = there.move_id.sudo().line_ids.filtered(
            lambda line: line.construction_equipment_side == "due_from"
        )
        self.assertEqual(
            (due_to.partner_id, due_from.partner_id), (self.company.partner_id, self.other.partner_id)
        )
        for batch in (here, there):
            self.assertEqual(
                (
                    batch.control_approved,
                    batch.control_posted,
                    batch.control_unposted,
                    batch.control_difference,
                ),
                (760, 760, 0, 0),
            )
        for user, jobs in ((self.payer, self.foreign), (self.owner, self.job)):
            wizard = self.on(user, self.env["construction.reconciliation"]).create(
                {"job_ids": [Command.set(jobs.ids)]}
            )
            wizard.action_compare()
            self.assertFalse(wizard.line_ids | wizard.past_line_ids | wizard.misfit_line_ids)

    def test_one_half_waits(self):
        """Each company posts when it does: what it has not posted is listed with it."""
        self.approved()
        there = self.booked(self.owner, self.company)
        self.assertEqual((there.control_posted, there.control_unposted), (760, 0))
        self.env.invalidate_all()
        here = self.on(self.payer, self.env[BATCH]).create(
            {"company_id": self.other.id, "date_to": "2026-03-31"}
        )
        self.assertEqual((here.control_approved, here.control_posted, here.control_unposted), (760, 0, 760))

    def test_a_correction_reaches_both(self):
        self.approved()
        here, there = self.booked(self.payer, self.other), self.booked(self.owner, self.company)
        self.on(self.manager, self.days()).action_reopen()
        self.say(6, revision=1)
        self.on(self.manager, self.days()).action_approve()
        self.on(self.payer, self.charges(state="proposed")).action_approve()
        self.env.invalidate_all()
        self.assertEqual((here.control_unposted, there.control_unposted), (-190, -190))
        again = self.booked(self.payer, self.other), self.booked(self.owner, self.company)
        self.assertEqual(self.sides(again[0].move_id.sudo()), {"cost": -190, "due_to": 190})
        self.assertEqual(self.sides(again[1].move_id.sudo()), {"due_from": -190, "recovery": 190})
        self.assertEqual([batch.control_difference for batch in again], [0, 0])

    def test_a_user_of_the_owner_sees_no_money_of_the_other(self):
        self.approved()
        here, there = self.booked(self.payer, self.other), self.booked(self.owner, self.company)
        for user in (self.owner, self.manager):
            with self.subTest(user.login):
                self.assertFalse(self.on(user, self.env[CHARGE]).search([]))
                self.assertFalse(self.on(user, self.env["construction.equipment.charge.line"]).search([]))
                groups = self.on(user, self.env[CHARGE])._read_group([], ["job_id"], ["amount:sum"])
                self.assertFalse(groups)
                for record in (self.charges(), here, here.line_ids, here.move_id):
                    self.assertFalse(self.on(user, record).has_access("read"))
                self.assertFalse(self.on(user, self.days()).charge_ids)
        self.assertFalse(
            self.on(self.owner, self.env["construction.cost.entry"]).search(
                [("job_id", "=", self.foreign.id)]
            )
        )
        self.assertFalse(self.on(self.owner, there).line_ids.job_id)
        self.assertEqual(self.on(self.owner, there).amount, 760)
        # and the other way round: neither the usage nor the books of the owner
        for record in (self.days(), there, there.move_id, self.excavator):
            self.assertFalse(self.on(self.payer, record).has_access("read"))

    def test_who_approves(self):
        """The hours where the machine is, the money where the job is."""
        day = self.lent()
        for deed in (self.on(self.payer, day).action_approve, self.on(self.owner, day).action_approve):
            with self.assertRaises(AccessError):
                deed()
        self.on(self.manager, day).action_approve()
        for user in (self.owner, self.manager):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.on(user, self.charges()).action_approve()
        self.on(self.payer, self.charges()).action_approve()
        self.assertEqual(self.charges().state, "approved")

    def test_a_code_of_the_job_s_company(self):
        day = self.lent(code=self.foreign_code.browse())
        with self.assertRaisesRegex(UserError, "no cost code"):
            self.on(self.manager, day).action_approve()
        with self.assertRaisesRegex(ValidationError, "Builders B"):
            self.on(self.manager, day).cost_code_id = self.code
        self.env[DAY].browse(day.id).cost_code_id = self.foreign_code
        self.on(self.manager, day).action_approve()
        self.assertEqual(self.charges().cost_code_id, self.foreign_code)

    def test_accounts_that_are_not_set(self):
        self.approved()
        self.other.sudo().construction_equipment_due_to_account_id = False
        with self.assertRaisesRegex(UserError, "Builders B has no “Due to Other Companies” yet"):
            self.booked(self.payer, self.other)
        self.assertEqual(self.booked(self.owner, self.company).state, "posted")

    def test_another_currency(self):
        """Each half in the currency of its company, at the rate of the day of the work."""
        money = self.env["res.currency"].create({"name": "XBB", "symbol": "B", "rounding": 0.01})
        self.env["res.currency.rate"].create(
            {"currency_id": money.id, "name": "2026-03-01", "rate": 2.0, "company_id": self.company.id}
        )
        self.env["res.currency.rate"].create(
            {"currency_id": money.id, "name": "2026-03-01", "rate": 2.0, "company_id": self.other.id}
        )
        self.rate.currency_id = money
        charge = self.approved()
        self.assertEqual((charge.amount, charge.company_amount, charge.owner_amount), (760, 380, 380))
        here, there = self.booked(self.payer, self.other), self.booked(self.owner, self.company)
        self.assertEqual(self.sides(here.move_id.sudo()), {"cost": 380, "due_to": -380})
        self.assertEqual(self.sides(there.move_id.sudo()), {"due_from": 380, "recovery": -380})
        self.env["res.currency.rate"].search([("currency_id", "=", money.id)]).rate = 4.0
        self.on(self.manager, self.days()).action_reopen()
        self.on(self.payer, self.charges(state="proposed")).action_approve()
        self.assertEqual(self.charges().mapped("company_amount"), [380, -380])
