# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from psycopg2.errors import ExclusionViolation, RaiseException

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .charge_common import DATE, ChargeCommon


@tagged("post_install", "-at_install")
class TestCharge(ChargeCommon):
    """What jobs pay for machines: the figures of the domain rules through the whole system."""

    def test_a_minimum_is_shared_by_the_hours(self):
        self.rate.minimum_hours = 4
        self.say("1.5", job="J-1")
        self.say("1.0", job="J-2")
        self.approve()
        self.assertEqual(self.ledger(self.job), Decimal("228"))
        self.assertEqual(self.ledger(self.second), Decimal("152"))
        self.assertEqual(self.charges().mapped("hours"), [1.5, 1.0])

    def test_a_dual_rate(self):
        self.rate.write({"is_dual": True, "own": 41, "operating": 54})
        self.say(8, idle_hours=2, job="J-1")
        self.approve()
        self.assertEqual(self.ledger(), Decimal("652"))

    def test_idle_hours_by_the_three_policies(self):
        other = self.env["construction.cost.code"].create(
            {"name": "Standby", "code": "99 99 99", "company_id": self.company.id}
        )
        self.rate.write({"has_idle": True, "idle": 40, "standby_code_id": other.id})
        for policy, of_code, of_standby in (("same", 650, 0), ("standby", 570, 80), ("none", 570, 0)):
            with self.subTest(policy), self.env.cr.savepoint() as undo:
                self.rate.idle_policy = policy
                self.say(8, idle_hours=2, job="J-1")
                self.approve()
                entries = self.env["construction.cost.entry"].search(
                    [("res_model", "=", "construction.equipment.charge")]
                )
                of = {code: sum(e.mapped("amount")) for code, e in entries.grouped("cost_code_id").items()}
                self.assertEqual((of.get(self.code, 0), of.get(other, 0)), (of_code, of_standby))
                undo.rollback()
                self.env.invalidate_all()

    def test_a_rate_raised_afterwards(self):
        self.say(8, job="J-1")
        self.approve()
        self.assertEqual(self.ledger(), Decimal("760"))
        with self.assertRaisesRegex(UserError, "end it, and enter the rate"):
            self.rate.operating = 98
        self.rate.date_to = "2026-02-28"
        self.make_rate(operating=98, date_from="2026-03-01")
        self.charges(state="proposed").with_user(self.controller).action_approve()
        self.assertEqual(self.ledger(), Decimal("784"))
        self.assertEqual(self.charges().mapped("amount"), [760, -760, 784])
        self.assertEqual(self.charges().mapped("state"), ["reversed", "approved", "approved"])

    def test_the_most_specific_rate(self):
        self.make_rate(category_id=self.category.id, operating=90)
        self.make_rate(equipment_id=self.excavator.id, operating=97)
        self.say(1, job="J-1")
        self.make_rate(job_id=self.second.id, operating=99)
        self.say(1, job="J-2")
        self.approve()
        self.assertEqual((self.ledger(self.job), self.ledger(self.second)), (Decimal(97), Decimal(99)))

    def test_without_a_rate(self):
        """It waits where who makes rates sees it, and goes on once there is one."""
        self.rate.active = False
        self.say(8, job="J-1")
        self.days().with_user(self.manager).action_approve()
        charge = self.charges()
        self.assertRegex(charge.problem, "No rate holds for J-1")
        with self.assertRaisesRegex(UserError, "No rate holds"):
            charge.with_user(self.controller).action_approve()
        self.rate.active = True
        self.assertFalse(self.charges().problem)
        self.charges().with_user(self.controller).action_approve()
        self.assertEqual(self.ledger(), Decimal("760"))

    def test_two_rates_at_once(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation), self.env.cr.savepoint():
            self.make_rate(operating=90, date_from="2026-05-01")
        self.rate.date_to = "2026-04-30"
        self.make_rate(operating=90, date_from="2026-05-01")

    def test_a_rented_machine(self):
        """Its cost is the bill of who lets it."""
        self.excavator.ownership = "rented"
        self.excavator.construction_ownership_ids.sorted("id")[-1:].date_from = "2026-01-01"
        self.say(8, job="J-1")
        self.approve()
        self.assertEqual((self.ledger(), self.charges().hours), (Decimal(0), 8))

    def test_a_closed_period(self):
        self.company.sudo().construction_cost_lock_date = "2026-03-31"
        self.say(8, job="J-1")
        self.approve()
        self.assertEqual(str(self.charges().accounting_date), "2026-04-01")
        entry = self.env["construction.cost.entry"].search([("res_id", "=", self.charges().id)])
        self.assertEqual(str(entry.date), "2026-04-01")

    def test_an_approval_taken_back(self):
        self.say(8, job="J-1")
        self.approve()
        self.days().with_user(self.manager).action_reopen()
        self.charges(state="proposed").with_user(self.controller).action_approve()
        self.assertEqual(self.ledger(), Decimal(0))
        self.say(7, job="J-1", revision=1)
        self.approve()
        self.assertEqual(self.ledger(), Decimal("665"))

    def test_the_reconciliation(self):
        self.say(8, job="J-1")
        self.approve()
        self.env["construction.cost.entry"].flush_model()
        report = self.env["construction.job.cost.report"].search([("job_id", "=", self.job.id)])
        self.assertEqual(sum(report.mapped("actual")), 760)

    def test_who_approves_money(self):
        self.say(8, job="J-1")
        self.days().with_user(self.manager).action_approve()
        for user in (self.manager, self.user_with("pm", "construction_base.group_project_manager")):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.charges().with_user(user).action_approve()
        both = self.user_with(
            "both", "construction_base.group_cost_controller,construction_equipment.group_equipment_manager"
        )
        self.days().with_user(both)._enter(
            self.excavator, DATE, self.second, {"hours": Decimal(2)}, override=True, reason="Seen"
        )
        self.days(state="open").with_user(self.manager).action_approve()
        with self.assertRaisesRegex(AccessError, "entered or overrode"):
            self.charges().with_user(both).action_approve()

    def test_the_database_keeps_what_was_approved(self):
        self.say(8, job="J-1")
        self.days().with_user(self.manager).action_approve()
        charge = self.charges()
        self.env.flush_all()
        statements = (
            "UPDATE construction_equipment_charge SET amount = amount + 1 WHERE id = %s",
            "UPDATE construction_equipment_charge_line SET hours = hours + 1 WHERE charge_id = %s",
            "DELETE FROM construction_equipment_charge_line WHERE charge_id = %s",
            "DELETE FROM construction_equipment_charge WHERE id = %s",
        )
        with self.env.cr.savepoint() as undo:
            for statement in statements:
                self.env.cr.execute(statement, [charge.id])
                self.assertTrue(self.env.cr.rowcount, statement)
            undo.rollback()
        charge.with_user(self.controller).action_approve()
        self.env.flush_all()
        for statement in statements:
            with self.subTest(statement), mute_logger("odoo.sql_db"), self.assertRaises(RaiseException):
                with self.env.cr.savepoint():
                    self.env.cr.execute(statement, [charge.id])

    def test_nobody_writes_a_charge(self):
        self.say(8, job="J-1")
        self.approve()
        admin = self.env.ref("base.user_admin")
        for user in (admin, self.controller, self.manager):
            charge = self.charges().with_user(user)
            for deed in (
                lambda c=charge: c.write({"amount": 1}),
                lambda c=charge: c.unlink(),
                lambda c=charge: c.copy(),
                lambda c=charge: c.line_ids.write({"amount": 1}),
            ):
                with self.assertRaises(UserError):
                    deed()
        with self.assertRaises(UserError):
            self.charges().unlink()
