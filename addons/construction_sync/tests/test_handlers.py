from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from psycopg2 import errors

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.exception import RetryableJobError

from ..lib import ordering
from .common import HubCommon


@tagged("post_install", "-at_install")
class TestHandlers(HubCommon):
    def partners(self, name):
        return self.env["res.partner"].search([("name", "=", name)])

    def test_done_with_effect_and_trace(self):
        message = self.messages(self.event("N-1"))
        self.run_lanes()
        self.assertEqual(message.state, "done")
        self.assertTrue(message.done_at)
        partner = self.partners("N-1")
        self.assertEqual(partner.create_uid, self.service)
        self.assertEqual(message.record_ids.record_ref, partner)
        self.assertEqual(message.record_ids.action, "create")

    def test_batch(self):
        messages = self.messages(*[self.event(f"B-{n}") for n in range(150)])
        self.run_lanes()
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertEqual(self.env["res.partner"].search_count([("name", "=like", "B-%")]), 150)

    def test_one_bad_message_does_not_stop_its_batch(self):
        kinds = ["", "variance", "", "bug", "superseded", "park"]
        messages = self.messages(*[self.event(f"B-{n}", mode=kind) for n, kind in enumerate(kinds)])
        self.run_lanes()
        self.assertEqual(
            [m.state for m in messages],
            ["done", "exception", "done", "retry", "superseded", "exception"],
        )
        self.assertFalse(self.partners("B-1"))
        self.assertTrue(self.partners("B-5"), "a parked message keeps its effects")

    def test_messages_of_one_subject_keep_their_order(self):
        # one batch, one subject: the second refers to what the first one makes
        self.messages(self.event("A"), self.event("A", event_id="later", after="A"))
        self.run_lanes()
        later = self.Message.search([("event_id", "=", "later")])
        self.assertEqual(later.state, "exception")
        self.assertIn("means", later.problem)  # the key is taken, so it came second

    def test_waiting_proceeds_by_itself(self):
        late = self.messages(self.event("child", after="parent"))
        self.run_lanes()
        self.assertEqual(late.state, "waiting")
        self.assertEqual((late.wait_kind, late.wait_key), ("note", "parent"))
        self.messages(self.event("parent"))
        self.run_lanes()
        self.assertEqual(late.state, "done")
        self.assertEqual(self.partners("child").parent_id, self.partners("parent"))
        self.assertEqual(late.history_ids.mapped("state"), ["received", "waiting"])

    def test_waiting_uses_the_keys_of_an_authority_only_when_told(self):
        other = self._create_source("second", self.company, self.service)
        late = self.messages(self.event("child", after="parent"), source=other)
        self.messages(self.event("parent"))
        self.run_lanes()
        self.assertEqual(late.state, "waiting")
        other.authority_ids = self.source
        self.Message._cron_sweep()
        self.run_lanes()
        self.assertEqual(late.state, "done")

    def test_patience_ends(self):
        late = self.messages(self.event("child", after="parent", event_id="late"))
        self.run_lanes()
        late.sudo().write({"wait_until": fields.Datetime.now() - timedelta(seconds=1)})
        self.Message._cron_sweep()
        self.assertEqual(late.state, "exception")
        self.assertEqual(late.exception_id.category, "waiting")
        self.assertIn("72 hours", late.exception_id.sentence)
        # and when it comes after all, nobody has to press a button
        self.messages(self.event("parent"))
        item = late.exception_id
        self.run_lanes()
        self.assertEqual(late.state, "done")
        self.assertEqual(item.state, "resolved")

    def test_fault_is_retried_and_ends_as_a_dead_letter(self):
        message = self.messages(self.event("N-1", mode="bug"))
        for attempt in range(1, 6):
            self.assertIn(message.state, ("received", "retry"))
            message.sudo().write({"next_try_at": fields.Datetime.now() - timedelta(seconds=1)})
            self.env.flush_all()
            self.Message._run_shard(message.lane, message.shard)
            self.assertEqual(message.attempts, attempt)
        self.assertEqual(message.state, "dead")
        self.assertEqual(message.exception_id.category, "technical")
        self.assertIn("ZeroDivisionError", message.history_ids[0].detail)

    def test_retry_holds_back_its_subject_only(self):
        first = self.messages(self.event("A", mode="bug"))
        self.run_lanes()
        self.assertEqual(first.state, "retry")
        second = self.messages(self.event("A", event_id="second"))
        other = self.messages(self.event("B"))
        for message in second | other:
            self.Message._run_shard(message.lane, message.shard)
        self.assertEqual((second.state, other.state), ("received", "done"))

    def test_handler_run_twice_changes_nothing(self):
        message = self.messages(self.event("N-1"))
        self.run_lanes()
        self.Message._run_shard(message.lane, message.shard)
        self.assertEqual(len(self.partners("N-1")), 1)

    def test_database_faults_are_not_swallowed(self):
        message = self.messages(self.event("N-1"))
        handler = type(self.env["construction.handler.test.note.written"])

        def conflict(handler, works):
            raise errors.SerializationFailure("could not serialize access")

        self.patch(handler, "_apply", conflict)
        with self.assertRaises(RetryableJobError) as caught:
            self.Message._run_shard(message.lane, message.shard)
        self.assertTrue(caught.exception.ignore_retry, "only the deaths of workers count")
        self.assertEqual(message.state, "received")

    def job_cut_short(self, message):
        """The job of a message's shard as it is after its worker was killed, on its next run."""
        job = self.env["queue.job"].search(
            [("identity_key", "=", self.Message._shard_identity(message.lane, message.shard))]
        )
        job.write({"retry": 1})
        return self.Message.with_context(job_uuid=job.uuid)

    def test_message_that_ends_its_worker_is_set_aside(self):
        shard = ordering.shard_of(f"{self.source.id}:A")
        same = next(n for n in range(10**4) if ordering.shard_of(f"{self.source.id}:B{n}") == shard)
        deadly, innocent = self.messages(self.event("A"), self.event(f"B{same}"))
        lanes = self.job_cut_short(deadly)
        handler = type(self.env["construction.handler.test.note.written"])
        with self.enter_registry_test_mode():
            with patch.object(handler, "_apply", side_effect=errors.SerializationFailure):
                for _death in range(3):
                    # assertRaises would roll back the note, as no death can
                    with suppress(RetryableJobError):
                        lanes._run_shard(deadly.lane, deadly.shard)
            self.env.invalidate_all()
            self.assertEqual((deadly.state, innocent.state), ("received", "received"))
            lanes._run_shard(deadly.lane, deadly.shard)
        self.assertEqual((deadly.state, innocent.state), ("dead", "received"))
        self.assertIn("3 times", deadly.exception_id.sentence)
        self.assertEqual(deadly.exception_id.category, "technical")
        self.run_lanes()
        self.assertEqual(innocent.state, "done")
        # sent round again by a person it begins to count anew
        deadly.exception_id.action_replay()
        with self.enter_registry_test_mode():
            self.job_cut_short(innocent)._run_shard(deadly.lane, deadly.shard)
        self.assertEqual(deadly.state, "done")

    def test_rights_of_the_service_user_bind(self):
        self.service.group_ids = [(3, self.env.ref("base.group_partner_manager").id)]
        message = self.messages(self.event("N-1"))
        with mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"):
            self.run_lanes()
        self.assertEqual(message.state, "exception")
        self.assertEqual(message.exception_id.category, "permission")

    def test_missing_handler_is_an_exception(self):
        message = self.messages(self.event("N-1"))
        self.kind.handler_model = "gone"
        self.run_lanes()
        self.assertEqual(message.state, "exception")
        self.assertIn("No handler", message.problem)

    def test_sweeper_restarts_what_lost_its_job(self):
        self.messages(self.event("N-1"))
        jobs = self.env["queue.job"].search([])
        jobs.filtered(lambda job: job.channel_method_name).write({"state": "done"})
        self.Message._cron_sweep()
        fresh = self.env["queue.job"].search([("id", "not in", jobs.ids), ("state", "=", "pending")])
        self.assertEqual(fresh.mapped("method_name"), ["_run_shard"])

    def test_decimals(self):
        handler = self.env["construction.event.handler"]
        from decimal import Decimal

        from ..exceptions import InvalidData

        for value, expected in ((1, "1"), ("1.10", "1.10"), (Decimal("2.5"), "2.5")):
            self.assertEqual(str(handler._decimal(value)), expected)
        for value in ("x", "", None, True, "NaN", "Infinity", []):
            with self.subTest(value), self.assertRaises(InvalidData):
                handler._decimal(value)

    def test_local_date_of_a_shift(self):
        handler = self.env["construction.event.handler"]
        self.job.job_tz = "Australia/Brisbane"
        self.assertEqual(str(handler._job_date(self.job, "2026-02-03T12:00:00Z")), "2026-02-03")
        self.assertEqual(str(handler._job_date(self.job, "2026-02-03T14:00:00Z")), "2026-02-04")
        self.assertEqual(str(handler._job_date(self.job, "2026-02-03T23:59:00+10:00")), "2026-02-03")
        self.assertEqual(str(handler._job_date(self.job, "2026-02-03")), "2026-02-03")
