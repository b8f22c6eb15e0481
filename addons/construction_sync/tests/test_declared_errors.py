# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.tests import tagged

from .common import HubCommon


@tagged("post_install", "-at_install")
class TestDeclaredErrors(HubCommon):
    """What an exception class declares makes a work item of it, whichever addon brings it."""

    def test_one_of_a_model_without_the_hub(self):
        full, shut, other, told = self.delivered(
            self.note("N-1", mode="full"),
            self.note("N-2", mode="shut"),
            self.note("N-3"),
            self.note("N-4", mode="refused"),
        )
        self.run_all()
        self.assertEqual(other.state, "done")
        item = full.exception_id
        self.assertEqual((item.category, item.severity), ("budget", "high"))
        self.assertEqual(item.cause_key, "room:test.note.written:N-1")
        self.assertEqual((item.figures, full.problem), ({"left": "3"}, "There is no room. Make some."))
        self.assertFalse(item.closed_date)
        item = shut.exception_id
        self.assertEqual((item.category, item.cause_key), ("period", "period:test.note.written:N-2"))
        self.assertEqual((item.closed_date, item.closed_by), (date(2026, 2, 3), "a_lock_date"))
        self.assertEqual(item.figures, {"date": "2026-02-03", "proposed date": "2026-03-01"})
        item = told.exception_id
        self.assertEqual(
            (item.category, item.cause_key), ("data", "refused:test.note.written:N-4"), "no declaration"
        )

    def test_tried(self):
        message = self.delivered(self.note("N-1", mode="full"))
        self.run_all()
        with self.enter_registry_test_mode():
            trial = message._what_would_happen()
        self.assertEqual((trial.outcome, trial.sentence), ("exception", "There is no room. Make some."))
