# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .charge_common import DATE, DAY, ChargeCommon


@tagged("post_install", "-at_install")
class TestStatementVersion(ChargeCommon):
    """A day's statement that its sender corrects to another job or date counts once."""

    def hours(self):
        rows = self.env[DAY].search([("equipment_id", "=", self.excavator.id)])
        return {(str(row.date), row.job_id.job_number): row.hours for row in rows if row.origin}

    def decide(self, message, code, record=None):
        self.assertState(message, "exception", "mapping")
        item = message.exception_id
        self.assertEqual(item.owner_id, self.manager)
        item.with_user(self.manager).action_decide(code, "Asked them", record and record.id)
        self.run_all()

    def claim(self, job="J-1", **said):
        domain = [("job_id.job_number", "=", job), ("device_id", "=", False)]
        return self.env["construction.equipment.claim"].search(domain)

    def test_another_job(self):
        self.say(8, job="J-1")
        message = self.say(7, job="J-2", revision=1)
        self.assertEqual(self.hours(), {(DATE, "J-1"): 8})
        self.assertEqual([entry["id"] for entry in message.exception_id.candidates], self.claim().ids)
        self.decide(message, "another_version", self.claim())
        self.assertState(message, "done")
        self.assertEqual(self.hours(), {(DATE, "J-2"): 7})
        self.assertTrue(self.claim().withdrawn)
        # and back again, without a question
        self.assertState(self.say(9, job="J-1", revision=2), "done")
        self.assertEqual(self.hours(), {(DATE, "J-1"): 9})
        self.assertState(self.say(6, job="J-2", revision=3), "done")
        self.assertEqual(self.hours(), {(DATE, "J-2"): 6})

    def test_another_date(self):
        self.say(8, job="J-1")
        message = self.say(8, job="J-1", date="2026-03-11", revision=1)
        self.decide(message, "another_version", self.claim())
        self.assertEqual(self.hours(), {("2026-03-11", "J-1"): 8})

    def test_whichever_comes_first(self):
        self.say(7, job="J-2", revision=1)
        self.assertEqual(self.hours(), {(DATE, "J-2"): 7})
        message = self.say(8, job="J-1")
        self.decide(message, "another_version", self.claim("J-2"))
        self.assertEqual(self.hours(), {(DATE, "J-2"): 7})
        self.assertTrue(self.claim().withdrawn)

    def test_one_of_its_own(self):
        self.say(5, job="J-1")
        message = self.say(3, job="J-2", revision=1)
        self.decide(message, "own")
        self.assertEqual(self.hours(), {(DATE, "J-1"): 5, (DATE, "J-2"): 3})

    def test_nobody_is_asked_of_two_statements(self):
        for job, revision in (("J-1", 1), ("J-2", 1)):
            self.assertState(self.say(4, job=job, revision=revision), "done")
        self.assertState(self.say(5, job="J-1", revision=2), "done")
        self.assertState(self.say(4, job="J-1", date="2026-03-11", revision=1), "done")
        self.assertState(self.say(9, origin="rental", job="J-1"), "done")
        self.assertEqual(len(self.hours()), 3)

    def test_both_in_one_batch(self):
        kind, said = (
            "equipment.utilization.recorded",
            {"equipment": "EX-12", "date": DATE, "origin": "manual"},
        )
        first = self.receive(self.field, kind, "a", {**said, "hours": 8, "job": "J-1"})
        second = self.receive(self.field, kind, "b", {**said, "hours": 8, "job": "J-2", "revision": 1})
        self.run_all()
        self.assertEqual({first.state, second.state}, {"done", "exception"})
        self.assertEqual(sum(self.hours().values()), 8)
