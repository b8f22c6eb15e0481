# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_taken_back import TakenBackCommon


@tagged("post_install", "-at_install")
class TestTakenBackPeriods(TakenBackCommon):
    def set_up_once(self):
        super().set_up_once()
        self.back = self.take_back(self.first, 5, "2026-02-20")

    def test_what_took_it_back_in_a_closed_period(self):
        self.company.construction_cost_lock_date = "2026-02-28"
        message = self.invoice("15", revision=1)
        self.decide(message, "whole", self.payable)
        self.assertIn(self.back.name, self.assertAsks(message, "period").sentence)
        self.decide(message, "next_open", self.payable)
        self.assertState(message, "done")
        self.assertEqual(str(self.back.reversal_move_ids.date), "2026-03-01")
        self.assertEqual(str((self.first.reversal_move_ids - self.back).date), "2026-03-10")
        self.assertStands(15)

    def test_both_in_locked_books(self):
        self.company.purchase_lock_date = "2026-03-31"
        message = self.invoice("15", revision=1)
        self.decide(message, "whole", self.payable)
        self.assertAsks(message, "period")
        self.decide(message, "next_open", self.payable)
        self.assertState(message, "done")
        self.assertEqual(str(self.back.reversal_move_ids.date), "2026-04-01")
        self.assertStands(15)

    def test_beside_asks_for_no_day_of_it(self):
        self.company.construction_cost_lock_date = "2026-02-28"
        message = self.invoice("15", revision=1)
        self.decide(message, "beside", self.payable)
        self.assertState(message, "done")
        self.assertStands(10)


@tagged("post_install", "-at_install")
class TestTakenBackUndone(TakenBackCommon):
    """The correction ends on hold, and is set aside: what stood before stands again."""

    def set_up_once(self):
        super().set_up_once()
        self.back = self.take_back(self.first, 5)
        self.correction = self.invoice("15", price="13.50", revision=1)

    def ignore(self):
        self.correction.with_user(self.payable)._ignore("a mistake of theirs", "undo")
        self.run_all()

    def assertAsBefore(self):
        self.assertEqual(self.correction.state, "ignored")
        self.assertStands(15)
        self.assertEqual(self.standing().amount_untaxed, 200)
        self.assertEqual(len(self.standing()), 1)
        self.assertEqual(self.standing()._construction_back().amount_untaxed, 50)

    def test_the_whole(self):
        self.decide(self.correction, "whole", self.payable)
        self.assertState(self.correction, "exception", "variance")
        self.assertStands(0)
        self.ignore()
        self.assertAsBefore()
        message = self.invoice("12", revision=2)
        # a person took it back, and the service user booked that again only
        self.assertIn(f"by {self.payable.name}", self.asked(message).sentence)
        self.decide(message, "whole", self.payable)
        self.assertStands(12)

    def test_beside(self):
        self.decide(self.correction, "beside", self.payable)
        self.assertState(self.correction, "exception", "variance")
        self.assertStands(-5)
        self.ignore()
        self.assertAsBefore()
        self.assertEqual(self.back.reversed_entry_id, self.standing())
        self.asked(self.invoice("12", revision=2))

    def test_taken_up_again(self):
        self.decide(self.correction, "whole", self.payable)
        for _turn in range(2):
            self.ignore()
            self.assertAsBefore()
            self.correction.with_user(self.payable)._take_up("theirs after all")
            self.run_all()
            self.assertState(self.correction, "exception", "variance")
            self.assertStands(0)

    def test_a_part_of_that_was_taken_back_too(self):
        self.take_back(self.back, 2)
        self.run_all()
        self.decide(self.correction, "whole", self.payable)
        self.assertStands(0)
        self.ignore()
        self.assertStands(17)


@tagged("post_install", "-at_install")
class TestCreditTakenBack(TakenBackCommon):
    """The other direction: a part of a supplier's credit note was taken back by hand."""

    def set_up_once(self):
        super().set_up_once()
        self.credit("10")
        self.note = self.bill("CN-1")
        self.back = self.take_back(self.note, 4)
        self.assertStands(14)

    def credit(self, quantity, **kwargs):
        return self.invoice(quantity, "CN-1", kind="credit_note", **kwargs)

    def test_it_is_the_whole(self):
        message = self.credit("7", revision=1)
        self.assertIn(self.back.name, self.asked(message).sentence)
        self.decide(message, "whole", self.payable)
        self.assertState(message, "done")
        self.assertStands(13)
        self.assertState(self.credit("7", revision=1), "done")

    def test_it_stands_beside(self):
        message = self.credit("7", revision=1)
        self.decide(message, "beside", self.payable)
        self.assertState(message, "done")
        self.assertStands(17)


@tagged("post_install", "-at_install")
class TestForeignTakenBack(TakenBackCommon):
    """Set off at another rate: the difference of the rates goes as well."""

    def set_up_once(self):
        super().set_up_once()
        eur = self.env.ref("base.EUR")
        eur.active = True
        eur.rate_ids.unlink()
        for date, rate in (("2026-03-01", 1.08), ("2026-03-12", 1.2)):
            self.env["res.currency.rate"].create(
                {
                    "currency_id": eur.id,
                    "name": date,
                    "inverse_company_rate": rate,
                    "company_id": self.company.id,
                }
            )
        self.send_order("PO-E", currency="EUR", lines=[self.order_line()])
        self.send_delivery("R-E", "PO-E")
        self.euros("20")
        self.foreign = self.bill("INV-E")

    def euros(self, quantity, **kwargs):
        return self.invoice(quantity, "INV-E", order="PO-E", currency="EUR", **kwargs)

    def test_it_is_the_whole(self):
        before = self.owed()
        back = self.take_back(self.foreign, 5)
        partials = back.line_ids.matched_debit_ids | back.line_ids.matched_credit_ids
        self.assertTrue(partials.exchange_move_id)
        message = self.euros("15", revision=1)
        self.asked(message)
        self.decide(message, "whole", self.payable)
        self.assertState(message, "done")
        self.assertEqual(self.standing("INV-E").amount_total, 150)
        self.assertEqual(self.owed(), round(before - 5 * 10 * 1.08, 2))
        self.assertFalse(self.foreign.amount_residual + back.amount_residual)
        self.assertEqual(self.actual(), 200 + 150 * 1.08)
