# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .charge_common import DATE, ChargeCommon


@tagged("post_install", "-at_install")
class TestMachineDay(ChargeCommon):
    """One usage of what several tell of a machine's day."""

    def enter(self, user, hours, job=None, **more):
        figures = {"hours": Decimal(str(hours))}
        days = self.env["construction.equipment.day"].with_user(user)
        return days._enter(self.excavator.with_user(user), DATE, job or self.job, figures, **more)

    def test_precedence(self):
        self.job.job_member_ids |= self.manager
        steps = (
            (lambda: self.enter(self.manager, 9), 9, "manual"),
            (lambda: self.say("8.5", origin="rental", job="J-1"), 8.5, "rental"),
            (lambda: self.say("8.25", job="J-1"), 8.25, "telematics"),
            (lambda: self.say("7", origin="manual", job="J-1"), 8.25, "telematics"),
            (lambda: self.enter(self.manager, 8, override=True, reason="Seen"), 8, "approved"),
        )
        for deed, hours, origin in steps:
            deed()
            self.assertEqual((self.days().hours, self.days().origin), (hours, origin))
        self.assertTrue(self.days().disputed)
        self.assertEqual(len(self.days().claim_ids), 5)
        self.assertEqual(self.days().claim_ids.filtered("counts").origin, "approved")

    def test_the_same_again(self):
        first = self.say(8, job="J-1")
        again = self.say(8, job="J-1")
        self.assertEqual((first.state, again.state), ("done", "done"))
        self.assertEqual(len(self.days().claim_ids), 1)
        self.assertState(self.say(9, job="J-1"), "exception", "conflict")
        self.assertEqual(self.days().hours, 8)
        newer = self.say(9, job="J-1", revision=1)
        self.assertEqual((newer.state, newer.problem), ("done", False))
        self.assertEqual(self.days().hours, 9)

    def test_hours_that_no_day_has(self):
        for data in (
            {"hours": 26},
            {"hours": 8, "idle_hours": 9},
            {"hours": 8, "overtime_hours": 9},
            {"hours": 20, "standby_hours": 6},
        ):
            with self.subTest(data):
                message = self.say(date="2026-03-11", job="J-1", **data)
                self.assertState(message, "exception", "data")
                self.ignore(message)
        self.assertFalse(self.days())

    def test_a_statement_without_a_job(self):
        self.say(8)
        self.assertEqual((self.days().job_id, self.days().hours), (self.job.browse(), 8))
        self.days().with_user(self.manager).action_approve()
        self.assertFalse(self.charges())

    def test_whichever_comes_first(self):
        """A statement of the whole day before one that names the job, or after it: the same, once."""
        deeds = (lambda: self.say(9, origin="rental"), lambda: self.say(8, job="J-1"))
        for order in (deeds, deeds[::-1]):
            with self.subTest(first=order[0] is deeds[0]), self.env.cr.savepoint() as undo:
                for deed in order:
                    deed()
                hours = {day.job_id: day.hours for day in self.days() if day.hours}
                self.assertEqual(hours, {self.job: 8})
                undo.rollback()
                self.env.invalidate_all()

    def test_money_is_for_who_sees_the_job(self):
        """A right of Odoo's workshop shows machines, and no other job's money."""
        self.say(8, job="J-1")
        self.days().with_user(self.manager).action_approve()
        groups = "construction_base.group_project_manager,maintenance.group_equipment_manager"
        user = self.user_with("workshop", groups)
        for name in ("charge", "charge.line", "day", "claim"):
            with self.subTest(name):
                self.assertFalse(self.env[f"construction.equipment.{name}"].with_user(user).search([]))

    def test_a_statement_without_a_job_on_one(self):
        """The job that has the machine on that date, by its own clock, and the code of its transfer."""
        code = self.env["construction.cost.code"].create(
            {"name": "Earthwork", "code": "31 00 00", "company_id": self.company.id}
        )
        self.job.job_tz = "Australia/Brisbane"
        self.job.construction_day_start = 12
        transfers = self.env["construction.equipment.transfer"]
        transfers.create(
            {
                "equipment_id": self.excavator.id,
                "job_id": self.job.id,
                "cost_code_id": code.id,
                # noon of the 10th in Brisbane
                "date_from": "2026-03-10 02:00:00",
            }
        )
        self.say(8)
        self.assertEqual((self.days().job_id, self.days().cost_code_id), (self.job, code))
        self.say(7, date="2026-03-09")
        self.assertFalse(self.days(date="2026-03-09").job_id)

    def test_shared_by_what_the_jobs_measured(self):
        self.say(6, job="J-1")
        self.say(3, job="J-2")
        self.say(12, origin="rental")
        self.assertEqual(self.days().mapped("hours"), [6, 3])
        self.say("4.5", origin="manual", standby_hours=3)
        self.assertEqual(self.days().mapped("standby_hours"), [2, 1])

    def test_overtime(self):
        self.job.construction_daily_hours = 8
        self.rate.write({"has_overtime": True, "overtime": 120})
        self.say(10, job="J-1")
        self.assertEqual(self.days().overtime_hours, 2)
        self.approve()
        self.assertEqual(self.ledger(), Decimal(8 * 95 + 2 * 120))

    def test_approved_hours_stay(self):
        self.say(8, job="J-1")
        self.days().with_user(self.manager).action_approve()
        self.say(9, job="J-1", revision=1)
        self.assertEqual((self.days().hours, self.days().state), (8, "approved"))
        self.assertTrue(self.days().disputed)
        with self.assertRaisesRegex(UserError, "approval is taken back first"):
            self.enter(self.manager, 7)

    def test_who_approves_hours(self):
        self.say(8, job="J-1")
        manager = self.user_with("pm1", "construction_base.group_project_manager")
        for user in (self.controller, self.dispatcher, manager):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.days().with_user(user).action_approve()
        self.job.user_id = manager
        self.days().with_user(manager).action_approve()
        self.assertEqual(self.days().approved_by_id, manager)

    def test_never_by_who_entered(self):
        self.enter(self.manager, 8, override=True, reason="Seen")
        with self.assertRaisesRegex(AccessError, "entered or overrode"):
            self.days().with_user(self.manager).action_approve()
        other = self.user_with("fleet2", "construction_equipment.group_equipment_manager")
        self.days().with_user(other).action_approve()

    def test_a_supervisor_of_another_job(self):
        mine = self.user_with("sup1", "construction_base.group_site_supervisor")
        other = self.user_with("sup2", "construction_base.group_site_supervisor")
        self.job.job_member_ids |= mine
        self.second.job_member_ids |= other
        self.env["construction.equipment.transfer"].create(
            {"equipment_id": self.excavator.id, "job_id": self.job.id, "date_from": "2026-01-01 00:00:00"}
        )
        self.say(8, job="J-1")
        days, claims = (self.env[f"construction.equipment.{name}"] for name in ("day", "claim"))
        self.assertEqual(days.with_user(mine).search([]).hours, 8)
        self.assertEqual(len(claims.with_user(mine).search([])), 1)
        for model in (days, claims):
            self.assertFalse(model.with_user(other).search([]))
            self.assertFalse(model.with_user(other)._read_group([], [], ["__count"])[0][0])
        with self.assertRaises(AccessError):
            self.enter(other, 3)
        with self.assertRaises(AccessError):
            days.with_user(other).browse(self.days().id).read(["hours"])
        for name in ("charge", "charge.line", "rate"):
            for user in (mine, other, self.dispatcher):
                with self.subTest(name=name, user=user.login), self.assertRaises(AccessError):
                    self.env[f"construction.equipment.{name}"].with_user(user).search([])

    def test_nobody_writes_a_day(self):
        self.say(8, job="J-1")
        for user in (self.env.ref("base.user_admin"), self.manager):
            day = self.days().with_user(user)
            for deed in (
                lambda d=day: d.write({"hours": 1}),
                lambda d=day: d.write({"state": "approved"}),
                lambda d=day: d.unlink(),
                lambda d=day: d.copy(),
                lambda d=day: d.claim_ids.write({"figures": {}}),
                lambda d=day: d.claim_ids.unlink(),
            ):
                with self.assertRaises(UserError):
                    deed()
        self.days().with_user(self.manager).cost_code_id = False
        with self.assertRaisesRegex(UserError, "has no cost code"):
            self.days().with_user(self.manager).action_approve()
