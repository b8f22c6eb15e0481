# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .batch_common import BatchCommon
from .charge_common import DATE, DAY


@tagged("post_install", "-at_install")
class TestRented(BatchCommon):
    """The cost of a rented machine is its bill: whatever way its hours come in, they are a quantity only."""

    def rent(self, since=None):
        self.excavator.ownership = "rented"
        if since:
            self.now().with_user(self.manager).date_from = since

    def now(self):
        return self.excavator.construction_ownership_ids.sorted("id")[-1:]

    def assert_quantity(self, hours, **values):
        charges = self.charges(**values)
        self.assertEqual((sum(charges.mapped("hours")), sum(charges.mapped("amount"))), (hours, 0))
        self.assertFalse(any(charges.mapped("problem")))
        self.assertFalse(any(charges.line_ids.mapped("amount") + charges.line_ids.mapped("rate")))
        entries = self.env["construction.cost.entry"].search([("res_model", "=", charges._name)])
        self.assertEqual(sum(entries.mapped("amount")), 0)

    def test_whatever_rate_there_is(self):
        self.rent("2026-01-01")
        self.rate.write(
            {"minimum_hours": 4, "has_overtime": True, "overtime": 150, "has_standby": True, "standby": 50}
        )
        self.make_rate(equipment_id=self.excavator.id, operating=97)
        self.make_rate(job_id=self.job.id, basis="day", operating=900)
        self.job.construction_daily_hours = 6
        self.say(8, idle_hours=1, standby_hours=2, job="J-1")
        self.say(1, job="J-2")
        self.approve()
        self.assert_quantity(11)

    def test_without_a_rate_and_in_two_currencies(self):
        self.rent("2026-01-01")
        self.rate.active = False
        self.say(8, job="J-1")
        self.approve()
        self.assert_quantity(8)
        money = self.env["res.currency"].create({"name": "XRR", "symbol": "R"})
        self.make_rate(job_id=self.job.id, operating=90, currency_id=money.id)
        self.make_rate(job_id=self.second.id, operating=90)
        self.say(8, date="2026-03-11", job="J-1")
        self.say(1, date="2026-03-11", job="J-2")
        self.approve()
        self.assert_quantity(9, date="2026-03-11")

    def test_an_override(self):
        self.rent("2026-01-01")
        days = self.env[DAY].with_user(self.manager)
        days._enter(self.excavator, DATE, self.job, {"hours": Decimal(9)}, override=True, reason="Seen")
        second = self.user_with("fleet_2", "construction_equipment.group_equipment_manager")
        self.days().with_user(second).action_approve()
        self.charges().with_user(self.controller).action_approve()
        self.assert_quantity(9)

    def test_nothing_for_the_books(self):
        self.rent("2026-01-01")
        self.say(8, job="J-1")
        self.approve()
        batch = self.batch()
        self.assertEqual((batch.amount, batch.charge_count, batch.control_approved), (0, 0, 0))

    def test_rented_from_a_day_on(self):
        """What was charged while it was owned stays; what was charged since is corrected."""
        for day in ("2026-03-10", "2026-03-20"):
            self.say(8, date=day, job="J-1")
        self.approve()
        self.assertEqual(self.ledger(), 1520)
        self.rent("2026-03-15")
        self.charges(state="proposed").with_user(self.controller).action_approve()
        self.assertEqual(self.ledger(), 760)
        self.assertEqual(self.charges(date="2026-03-10").mapped("amount"), [760])
        self.assertEqual(self.charges(date="2026-03-20").mapped("amount"), [760, -760, 0])
        # and what is looked at again later is what it was
        self.days(date=date(2026, 3, 10)).with_user(self.manager).action_reopen()
        self.say(7, date="2026-03-10", job="J-1", revision=1)
        self.approve()
        self.assertEqual(self.ledger(), 665)

    def test_bought_out_of_the_rent(self):
        self.rent("2026-01-01")
        self.say(8, job="J-1")
        self.approve()
        self.assert_quantity(8)
        self.excavator.ownership = "owned"
        self.now().with_user(self.manager).date_from = "2026-03-01"
        self.charges(state="proposed").with_user(self.controller).action_approve()
        self.assertEqual(self.ledger(), 760)

    def test_by_event(self):
        """A system that says so is believed from today on."""
        self.say(8, job="J-1")
        self.approve()
        self.say_machine("EX-12", category="Excavators", ownership="rented", time="2026-03-05T08:00:00Z")
        lines = self.excavator.construction_ownership_ids.sorted("id")[::-1]
        today = fields.Date.context_today(lines)
        self.assertEqual(lines.mapped("ownership"), ["rented", "owned"])
        self.assertEqual(lines.mapped("date_from"), [today, False])
        self.assertEqual((self.ledger(), self.charges(state="proposed").ids), (760, []))

    def test_who_says_since_when(self):
        self.rent("2026-03-15")
        lines = self.excavator.construction_ownership_ids.sorted("id")[::-1]
        with self.assertRaises(AccessError):
            lines[:1].with_user(self.controller).date_from = "2026-03-01"
        for deed in (
            lambda: lines.with_user(self.manager).write({"ownership": "owned"}),
            lambda: lines.with_user(self.manager).unlink(),
            lambda: lines.with_user(self.manager).copy(),
        ):
            with self.assertRaises(AccessError):
                deed()
        with self.assertRaises(ValidationError):
            lines[:1].with_user(self.manager).date_from = False
        with self.assertRaisesRegex(ValidationError, "comes before"), self.env.cr.savepoint():
            lines[1:].with_user(self.manager).date_from = "2026-05-01"
