# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from itertools import product

from odoo.tests import tagged

from .test_taken_back import TakenBackCommon


@tagged("post_install", "-at_install")
class TestTakenBackRevisions(TakenBackCommon):
    """Parts taken back between several revisions: what an answer says is what comes out."""

    def said(self, item, answer):
        """The figure that an answer names: the last of its label."""
        label = next(choice["label"] for choice in item.choices if choice["code"] == answer)
        return float(re.findall(r"-?\d+\.\d\d", label)[-1])

    def revise(self, quantity, revision, answer):
        message = self.invoice(quantity, revision=revision)
        item = self.asked(message)
        said = self.said(item, answer)
        self.decide(message, answer, self.payable)
        self.assertState(message, "done")
        self.assertStands(said / 10)
        return item

    def test_what_an_answer_says_comes_out(self):
        for answers in product(("whole", "beside"), repeat=3):
            with self.subTest(answers), self.env.cr.savepoint() as undo:
                beside = 0
                for revision, (answer, quantity) in enumerate(zip(answers, (18, 17, 15), strict=True), 2):
                    part = revision + 1
                    self.take_back(self.standing(), part)
                    beside += part
                    item = self.revise(str(quantity), revision, answer)
                    self.assertEqual(self.said(item, "whole"), quantity * 10)
                    self.assertEqual(self.said(item, "beside"), (quantity - beside) * 10)
                    beside = beside if answer == "beside" else 0
                undo.rollback()
            self.env.invalidate_all()

    def test_the_question_names_all_that_stands(self):
        first = self.take_back(self.first, 4)
        self.revise("18", 2, "beside")
        second = self.take_back(self.standing(), 2)
        item = self.asked(self.invoice("16", revision=3))
        for move in first, second:
            self.assertIn(move.name, item.sentence)
        self.assertEqual(set(item.figures), {first.display_name, second.display_name})

    def test_answered_beside_and_nothing_more(self):
        """Asked no second time: the same stands beside what comes next, too."""
        self.take_back(self.first, 4)
        self.revise("18", 2, "beside")
        self.assertState(self.invoice("16", revision=3), "done")
        self.assertStands(12)
        self.take_back(self.standing(), 2)
        self.revise("15", 4, "whole")
        self.assertStands(15)
        self.assertState(self.invoice("14", revision=5), "done")
        self.assertStands(14)

    def test_less_than_what_stands_beside(self):
        """Beside that, less than nothing would be owed."""
        first = self.take_back(self.first, 4)
        self.revise("18", 2, "beside")
        message = self.invoice("3", revision=3)
        item = self.asked(message)
        self.assertIn(first.name, item.sentence)
        self.assertEqual(self.codes(item), ["whole", "keep"])
        self.decide(message, "whole", self.payable)
        self.assertStands(3)

    def test_what_stood_beside_was_billed_again(self):
        first = self.take_back(self.first, 4)
        self.revise("18", 2, "beside")
        self.take_back(first, 1)
        self.take_back(self.standing(), 2)
        item = self.revise("15", 3, "whole")
        self.assertEqual(self.said(item, "beside"), 100)
        self.assertStands(15)

    def test_what_stood_beside_goes_while_it_is_asked(self):
        first = self.take_back(self.first, 4)
        self.revise("18", 2, "beside")
        self.take_back(self.standing(), 2)
        message = self.invoice("16", revision=3)
        self.assertEqual(self.said(self.asked(message), "beside"), 100)
        first.with_user(self.payable).button_draft()
        first.with_user(self.payable).button_cancel()
        self.run_all()
        item = self.asked(message)
        self.assertEqual(self.said(item, "beside"), 140)
        self.decide(message, "beside", self.payable)
        self.assertStands(14)

    def test_what_stood_beside_is_set_off(self):
        """Against the bill beside which it stands, it goes back; against another it does not."""
        first = self.take_back(self.first, 4)
        self.revise("18", 2, "beside")
        second = self.standing()
        (first | second).line_ids.filtered(lambda line: line.account_id.reconcile).reconcile()
        self.take_back(second, 2)
        self.revise("15", 3, "whole")
        self.assertStands(15)

    def test_made_anew_after_all_was_taken_back(self):
        self.take_back(self.first, 4)
        self.take_back(self.first, 16)
        message = self.invoice("18", revision=2)
        self.decide(message, "anew", self.payable)
        self.assertState(message, "done")
        self.assertStands(18)
        self.take_back(self.standing(), 2)
        item = self.revise("16", 3, "beside")
        self.assertEqual(self.said(item, "beside"), 140)

    def held(self, answer):
        """A third revision that ends on hold after its answer."""
        self.take_back(self.first, 4)
        self.revise("18", 2, "beside")
        self.take_back(self.standing(), 2)
        self.assertStands(12)
        message = self.invoice("15", price="13.50", revision=3)
        self.asked(message)
        self.decide(message, answer, self.payable)
        self.assertState(message, "exception", "variance")
        self.assertStands(0 if answer == "whole" else -6)
        return message

    def test_undone(self):
        for answer, after in product(("whole", "beside"), repeat=2):
            with self.subTest(f"{answer}, then {after}"), self.env.cr.savepoint() as undo:
                message = self.held(answer)
                for _turn in range(2):
                    message.with_user(self.payable)._ignore("a mistake of theirs", "undo")
                    self.run_all()
                    self.assertStands(12)
                    message.with_user(self.payable)._take_up("theirs after all")
                    self.run_all()
                    self.assertState(message, "exception", "variance")
                    self.assertStands(0 if answer == "whole" else -6)
                message.with_user(self.payable)._ignore("a mistake of theirs", "undo")
                self.run_all()
                item = self.revise("14", 4, after)
                self.assertEqual(self.said(item, "whole"), 140)
                self.assertEqual(self.said(item, "beside"), 80)
                undo.rollback()
            self.env.invalidate_all()
