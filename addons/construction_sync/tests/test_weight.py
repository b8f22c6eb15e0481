# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..lib.ordering import BATCH_WEIGHT, HEAVY
from .common import HubCommon

SHARD = 3


@tagged("post_install", "-at_install")
class TestWeight(HubCommon):
    """Large documents do not stand in the way of small ones of other keys."""

    def taken(self, *events):
        """Messages of one shard."""
        messages = self.delivered(*events)
        messages.write({"shard": SHARD})
        self.env.flush_all()
        return messages

    def run_job(self):
        """What one job takes. :return: the subjects of each batch"""
        batches = []
        process = type(self.Message)._process

        def noted(messages):
            batches.append(messages.mapped("subject"))
            return process(messages)

        with patch.object(type(self.Message), "_process", noted):
            self.run_shard("standard", SHARD)
        self.env.invalidate_all()
        return batches

    def test_a_handler_weighs_by_content(self):
        messages = self.delivered(*(self.note(f"N-{w}", weight=w) for w in (0, 7, "many", 10**9)))
        self.assertEqual(messages.mapped("weight"), [1, 7, 1, 10**6])
        self.assertEqual(self.delivered(self.note("A")).weight, 1)

    def test_small_ones_go_first_and_a_large_one_alone(self):
        large = self.note("L", weight=HEAVY + 1)
        messages = self.taken(large, self.note("L"), self.note("A"), self.note("M", weight=HEAVY + 1))
        messages |= self.taken(self.note("B"))
        self.assertEqual(self.run_job(), [["A", "B"], ["L"]])
        self.assertEqual(self.run_job(), [["L"], ["M"]], "what follows a large one comes after it")
        self.assertNotIn("received", messages.mapped("state"))

    def test_a_job_is_left_for_the_next(self):
        self.taken(self.note("L", weight=HEAVY + 1), self.note("L"))
        jobs = [("channel", "=", "root.construction.standard"), ("method_name", "=", "_run_shard")]
        before = self.env["queue.job"].search(jobs)
        self.run_job()
        after = self.env["queue.job"].search(jobs) - before
        self.assertEqual([job.args for job in after], [["standard", SHARD]])

    def test_a_batch_ends_at_so_many_lines(self):
        events = [self.note(f"N-{number}", weight=HEAVY) for number in range(BATCH_WEIGHT // HEAVY + 2)]
        messages = self.taken(*events)
        self.assertEqual([len(batch) for batch in self.run_job()], [BATCH_WEIGHT // HEAVY])
        self.assertEqual([len(batch) for batch in self.run_job()], [2])
        self.assertEqual(set(messages.mapped("state")), {"done"})

    def test_a_large_one_waits_for_what_came_before(self):
        first = self.taken(self.note("L"))
        first.write({"state": "retry", "next_try_at": fields.Datetime.now() + timedelta(hours=1)})
        large = self.taken(self.note("L", weight=HEAVY + 1))
        other = self.taken(self.note("M", weight=HEAVY + 1))
        self.assertEqual(self.run_job(), [["M"]])
        self.assertEqual((large.state, other.state), ("received", "done"))
        first.next_try_at = fields.Datetime.now() - timedelta(hours=1)
        self.assertEqual(self.run_job(), [["L"], ["L"]])
        self.assertNotEqual(large.state, "received")

    def test_a_large_one_that_fails_is_noted(self):
        large = self.taken(self.note("L", weight=HEAVY + 1, mode="bug"))
        small = self.taken(self.note("A"))
        self.run_job()
        self.assertEqual(small.state, "done")
        self.assertIn(large.state, ("exception", "retry"), large.problem)
