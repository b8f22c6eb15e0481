# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .batch_common import BatchCommon
from .charge_common import CHARGE, DAY, RATE

OWNING, COST = "construction.equipment.owning", "construction.equipment.cost"
RECOVERY, COMPARISON = "construction.equipment.recovery", "construction.equipment.comparison"


@tagged("post_install", "-at_install")
class TestOwnedCost(BatchCommon):
    """What machines cost their owner, what jobs paid for it, and whether to rent: the figures to the cent."""

    def owning(self, **vals):
        return self.env[OWNING].with_user(self.controller).create({"company_id": self.company.id, **vals})

    def machine_of_the_issue(self, **vals):
        return self.owning(
            **{
                "value": 300000,
                "salvage": 0.2,
                "tyres": 16000,
                "tyre_index": 1.0,
                "life_hours": 12000,
                "hours_a_year": 1500,
                "interest": 0.04,
                **vals,
            }
        )

    # --- the calculator -------------------------------------------------------------------------------

    def test_ep_1110_1_8(self):
        found = self.machine_of_the_issue()
        self.assertEqual(
            (found.years, found.depreciation, found.cost_of_money, found.standby), (8, 18.67, 5.20, 14.53)
        )
        self.assertEqual((found.owning, found.problem), (23.87, False))

    def test_the_pamphlet_s_own_example(self):
        found = self.owning(value=1181907, salvage=0.2, tyre_index=0.944, tyres=10560, life_hours=20000)
        self.assertEqual(found.depreciation, 46.78)

    def test_fhwa(self):
        found = self.owning(method="fhwa", monthly=8800, area_factor=0.95, year_factor=1.04, operating=42.10)
        self.assertEqual((found.owning, found.total), (49.40, 91.50))

    def test_the_form_works_as_it_is_typed(self):
        with Form(self.env[OWNING].with_user(self.controller)) as form:
            form.category_id = self.category
            self.assertRegex(form.problem, "worth")
            form.value, form.tyres = 300000, 16000
            self.assertEqual((form.depreciation, form.standby), (18.67, 14.53))
            form.life_hours = 0
            self.assertRegex(form.problem, "hours of its life")
            self.assertEqual(form.owning, 0)
            form.life_hours = 12000
        self.assertEqual(form.record.name, "Excavators")

    def test_figures_that_cannot_be(self):
        for vals in (
            {"salvage": 1.2},
            {"interest": 4},
            {"value": -1},
            {"equipment_id": self.excavator.id, "category_id": self.category.id},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.machine_of_the_issue(**vals)

    def test_adopted_as_a_rate(self):
        before = self.make_rate(equipment_id=self.excavator.id, operating=90, minimum_hours=4)
        found = self.machine_of_the_issue(
            equipment_id=self.excavator.id, operating=54, adopt_from="2026-04-01"
        )
        action = found.action_adopt()
        rate = self.env[RATE].browse(action["res_id"])
        self.assertEqual(str(before.date_to), "2026-03-31")
        self.assertEqual(
            (rate.equipment_id, str(rate.date_from), rate.basis), (self.excavator, "2026-04-01", "hour")
        )
        self.assertEqual((rate.own, rate.operating, rate.standby, rate.minimum_hours), (23.87, 54, 14.53, 4))
        self.say(8, idle_hours=2, date="2026-04-02", job="J-1")
        self.approve()
        self.assertEqual(float(self.ledger()), 8 * 23.87 + 6 * 54)
        with self.assertRaisesRegex(UserError, "has a rate from 2026-04-01 on already"):
            found.action_adopt()

    # --- pool and recovery ----------------------------------------------------------------------------

    def recovery(self, user=None, **vals):
        wizard = (
            self.env[RECOVERY]
            .with_user(user or self.controller)
            .create(
                {
                    "company_id": self.company.id,
                    "date_from": "2026-01-01",
                    "date_to": "2026-06-30",
                    "adopt_from": "2026-07-01",
                    **vals,
                }
            )
        )
        wizard.action_compare()
        return wizard

    def spent(self, amount, machine=None, date="2026-03-31", post=True, account=None):
        """A journal item of owning cost that names a machine."""
        if not self.company.construction_equipment_owning_account_ids:
            self.depreciation = self.env["account.account"].create(
                {
                    "name": "Depreciation",
                    "code": "778800",
                    "account_type": "expense_depreciation",
                    "company_ids": [Command.set(self.company.ids)],
                }
            )
            self.company.sudo().construction_equipment_owning_account_ids = self.depreciation
        other = self.company.construction_equipment_due_to_account_id
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": date,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": (account or self.depreciation).id,
                            "balance": amount,
                            "construction_equipment_id": (machine or self.excavator).id,
                        }
                    ),
                    Command.create({"account_id": other.id, "balance": -amount}),
                ],
            }
        )
        if post:
            move.action_post()
        return move

    def worked(self, hours, date="2026-03-10", **data):
        """Approved charges of so many hours, whatever a day has."""
        self.say(8, date=date, job="J-1", **data)
        self.approve()
        charge = self.charges(date=fields.Date.to_date(date))
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE construction_equipment_charge DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE construction_equipment_charge"
            " SET hours = %s, amount = %s, company_amount = %s, owner_amount = %s WHERE id = %s",
            [hours, hours * 104, hours * 104, hours * 104, charge.id],
        )
        self.env.cr.execute("ALTER TABLE construction_equipment_charge ENABLE TRIGGER USER")
        self.env.invalidate_all()

    def test_the_figures_of_the_issue(self):
        self.worked(1610)
        self.spent(150000)
        self.env[COST].with_user(self.controller).create(
            {"equipment_id": self.excavator.id, "date": "2026-05-01", "amount": 32000, "reason": "Insurance"}
        )
        wizard = self.recovery()
        for lines in (wizard.class_line_ids, wizard.machine_line_ids):
            line = lines.filtered(lambda found: found.category_id == self.category)
            self.assertEqual(
                (line.cost, line.hours, line.recovered, line.under, line.charged_rate, line.proposed),
                (182000, 1610, 167440, 14560, 104, 113.04),
            )

    def test_what_is_no_pool_and_no_recovery(self):
        self.spent(1000)
        self.spent(1, post=False)
        self.spent(2, date="2026-07-01")
        self.spent(4, account=self.company.construction_equipment_cost_account_id)
        self.say(8, job="J-1")
        self.days().with_user(self.manager).action_approve()
        line = self.recovery().machine_line_ids
        self.assertEqual((line.cost, line.hours, line.recovered, line.proposed), (1000, 0, 0, 0))
        self.charges().with_user(self.controller).action_approve()
        self.posted()
        self.company.sudo().construction_equipment_owning_account_ids |= (
            self.company.construction_equipment_recovery_account_id
        )
        line = self.recovery().machine_line_ids
        self.assertEqual((line.cost, line.hours, line.recovered, line.under), (1000, 8, 760, 240))

    def test_a_rented_machine_does_not_water_the_rate(self):
        self.spent(1000)
        self.say(8, job="J-1")
        self.approve()
        self.excavator.ownership = "rented"
        self.excavator.construction_ownership_ids.sorted("id")[-1:].date_from = "2026-03-11"
        self.say(8, date="2026-03-12", job="J-1")
        self.approve()
        self.assertEqual(self.recovery().machine_line_ids.hours, 8)

    def test_a_class_adds_its_machines_and_what_is_its_own(self):
        self.say_machine("EX-13", category="Excavators")
        second = self.machine("EX-13")
        self.spent(1000)
        self.spent(500, machine=second)
        self.env[COST].create(
            {"category_id": self.category.id, "date": "2026-05-01", "amount": 250, "reason": "Yard"}
        )
        self.say(10, job="J-1")
        self.approve()
        wizard = self.recovery()
        line = wizard.class_line_ids
        self.assertEqual(
            (line.cost, line.hours, line.recovered, line.under, line.proposed), (1750, 10, 950, 800, 175)
        )
        self.assertEqual(wizard.machine_line_ids.mapped("cost"), [1000, 500])

    def test_one_button_adopts_it(self):
        self.rate.category_id = self.category
        self.rate.write({"minimum_hours": 4, "is_dual": True, "own": 41, "operating": 54})
        self.worked(1610)
        self.spent(182000)
        line = self.recovery().class_line_ids
        rate = self.env[RATE].browse(line.action_adopt()["res_id"])
        self.assertEqual((rate.operating, rate.is_dual, rate.category_id), (113.04, False, self.category))
        self.assertEqual((str(rate.date_from), str(self.rate.date_to)), ("2026-07-01", "2026-06-30"))
        self.assertEqual(
            (rate.currency_id, rate.company_id, rate.minimum_hours),
            (self.company.currency_id, self.company, 4),
        )
        self.assertRegex(rate.note, "182,000.00.*1,610.00 hours, 2026-01-01 to 2026-06-30")

    def test_figures_that_changed_are_not_adopted(self):
        self.worked(1610)
        self.spent(182000)
        line = self.recovery().machine_line_ids
        self.spent(100)
        with self.assertRaisesRegex(UserError, "changed since: compare anew"):
            line.action_adopt()

    def test_who_sees_and_adopts(self):
        self.worked(1610)
        self.spent(182000)
        auditor = self.user_with("looks", "construction_base.group_auditor")
        line = self.recovery(user=auditor).class_line_ids
        self.assertEqual(line.cost, 182000)
        with self.assertRaises(AccessError):
            line.action_adopt()
        for user in (self.manager, self.user_with("pm", "construction_base.group_project_manager")):
            for model in (RECOVERY, OWNING, COST, COMPARISON):
                with self.subTest(user.login, model=model):
                    self.assertFalse(self.env[model].with_user(user).has_access("read"))
        other = self.env["res.company"].create({"name": "Elsewhere"})
        with self.assertRaises(UserError):
            self.recovery(company_id=other.id)

    # --- own or rent ----------------------------------------------------------------------------------

    def comparison(self, own, rent, **vals):
        return (
            self.env[COMPARISON]
            .with_user(self.controller)
            .create(
                {
                    "own_fixed": own[0],
                    "own_hourly": own[1],
                    "rent_fixed": rent[0],
                    "rent_hourly": rent[1],
                    **vals,
                }
            )
        )

    def test_both_signs(self):
        below = self.comparison((5200, 31.5), (8900, 18))
        self.assertEqual(below.break_even, 274.07)
        self.assertRegex(below.verdict, "Owning costs less below 274.07")
        above = self.comparison((6800, 38), (0, 95))
        self.assertEqual(above.break_even, 119.30)
        self.assertRegex(above.verdict, "Owning costs less above 119.30")
        for own, rent, words in (
            ((100, 1), (200, 2), "Owning costs less, whatever"),
            ((200, 2), (100, 1), "Renting costs less, whatever"),
            ((100, 1), (100, 1), "Both cost the same"),
        ):
            found = self.comparison(own, rent)
            self.assertRegex(found.verdict, words)
            self.assertFalse(found.has_break_even)
            self.assertIsNone(found.drawing["crossing"])

    def test_with_the_machine_s_own_months(self):
        today = fields.Date.context_today(self.env[DAY])
        last = fields.Date.subtract(today.replace(day=1), months=1)
        for day, hours in (
            (last, 20),
            (last.replace(day=2), 4),
            (fields.Date.subtract(last, months=11), 12),
            (today, 9),
        ):
            self.say(hours, date=str(day), job="J-1")
        found = self.comparison((6800, 38), (0, 95), equipment_id=self.excavator.id)
        months = found.drawing["months"]
        self.assertEqual((len(months), months[0][1], months[-1][1]), (12, 12, 24))
        self.assertEqual((found.average_hours, found.drawing["average"]), (3, 3))
        self.assertEqual((found.own_cost, found.rent_cost), (6914, 285))
        self.assertRegex(found.advice, "At its 3.00 hours a month renting saves .*6,629.00")
        rows = found.drawing["lines"]
        self.assertEqual([row[0] for row in rows], [0, found.drawing["crossing"], found.drawing["most"]])
        self.assertEqual(rows[0][1:], [6800, 0])
        self.assertAlmostEqual(rows[1][1], rows[1][2], 6)

    def test_nothing_drawn_of_a_machine_that_never_worked(self):
        found = self.comparison((6800, 38), (0, 95), equipment_id=self.excavator.id)
        self.assertEqual((found.drawing["average"], found.advice), (None, False))
        self.assertFalse(self.env[CHARGE].search([("equipment_id", "=", self.excavator.id)]))
