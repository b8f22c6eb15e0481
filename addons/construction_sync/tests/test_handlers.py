# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import suppress
from datetime import timedelta
from unittest.mock import Mock, patch

from psycopg2 import errors

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.exception import RetryableJobError

from ..lib import ordering
from ..models.construction_event_handler import Work
from .common import HANDLER, HubCommon


@tagged("post_install", "-at_install")
class TestHandlers(HubCommon):
    def partners(self, name):
        return self.env["res.partner"].search([("name", "=", name)])

    def test_what_is_not_traced_is_told(self):
        work = Work(self.delivered(self.note("N-1")), {})
        work.trace(self.env["res.country"])
        with self.assertRaisesRegex(TypeError, "res.country is not traced: inherit construction"):
            work.trace(self.env.ref("base.us"))
        self.assertFalse(work.traces)

    def test_done_with_effect_and_trace(self):
        message = self.delivered(self.note("N-1"))
        self.run_all()
        self.assertEqual(message.state, "done")
        self.assertTrue(message.done_at)
        partner = self.partners("N-1")
        self.assertEqual(partner.create_uid, self.service)
        self.assertEqual(message.record_ids.record_ref, partner)
        self.assertEqual(message.record_ids.action, "create")

    def test_batch(self):
        messages = self.delivered(*[self.note(f"B-{n}") for n in range(150)])
        self.run_all()
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertEqual(self.env["res.partner"].search_count([("name", "=like", "B-%")]), 150)

    def test_one_bad_message_does_not_stop_its_batch(self):
        kinds = ["", "variance", "", "bug", "superseded", "park"]
        messages = self.delivered(*[self.note(f"B-{n}", mode=kind) for n, kind in enumerate(kinds)])
        self.run_all()
        self.assertEqual(
            [m.state for m in messages],
            ["done", "exception", "done", "retry", "superseded", "exception"],
        )
        self.assertFalse(self.partners("B-1"))
        self.assertTrue(self.partners("B-5"), "a parked message keeps its effects")

    def test_messages_of_one_subject_keep_their_order(self):
        # one batch, one subject: the second refers to what the first one makes
        self.delivered(self.note("A"), self.note("A", event_id="later", after="A"))
        self.run_all()
        later = self.Message.search([("event_id", "=", "later")])
        self.assertEqual(later.state, "exception")
        self.assertIn("means", later.problem)  # the key is taken, so it came second

    def test_waiting_proceeds_by_itself(self):
        late = self.delivered(self.note("child", after="parent"))
        self.run_all()
        self.assertEqual(late.state, "waiting")
        self.assertEqual((late.wait_kind, late.wait_key), ("note", "parent"))
        self.delivered(self.note("parent"))
        self.run_all()
        self.assertEqual(late.state, "done")
        self.assertEqual(self.partners("child").parent_id, self.partners("parent"))
        self.assertEqual(late.history_ids.mapped("state"), ["received", "waiting"])

    def test_waiting_uses_the_keys_of_an_authority_only_when_told(self):
        other = self.make_source("second")
        late = self.delivered(self.note("child", after="parent"), source=other)
        self.delivered(self.note("parent"))
        self.run_all()
        self.assertEqual(late.state, "waiting")
        other.authority_ids = self.source
        self.Message._cron_sweep()
        self.run_all()
        self.assertEqual(late.state, "done")

    def test_patience_ends(self):
        late = self.delivered(self.note("child", after="parent", event_id="late"))
        self.run_all()
        late.sudo().write({"wait_until": fields.Datetime.now() - timedelta(seconds=1)})
        self.Message._cron_sweep()
        self.assertEqual(late.state, "exception")
        self.assertEqual(late.exception_id.category, "waiting")
        self.assertIn("72 hours", late.exception_id.sentence)
        # and when it comes after all, nobody has to press a button
        self.delivered(self.note("parent"))
        item = late.exception_id
        self.run_all()
        self.assertEqual(late.state, "done")
        self.assertEqual(item.state, "resolved")

    def again(self, message):
        message.sudo().write({"next_try_at": fields.Datetime.now() - timedelta(seconds=1)})
        self.run_shard(message.lane, message.shard)

    def test_permanent_fault_is_tried_twice_and_ends_as_a_dead_letter(self):
        message = self.delivered(self.note("N-1", mode="bug"))
        self.run_all()
        self.assertEqual((message.state, message.attempts), ("retry", 1))
        self.again(message)
        self.assertEqual((message.state, message.attempts), ("dead", 2))
        self.assertEqual(message.exception_id.category, "technical")
        self.assertIn("ZeroDivisionError", message.history_ids[0].detail)
        item = message.exception_id
        self.assertIn("N-1", item.sentence)
        self.assertIn("an integration manager", item.sentence)
        # what the program says of itself is for the details
        for text in (item.sentence, message.problem, *message.history_ids.mapped("note")):
            self.assertNotRegex(text or "", "(?i)zerodivision|division")

    def test_one_item_lists_all_that_one_fault_stops(self):
        messages = self.delivered(self.note("N-1", mode="bug"), self.note("N-2", mode="bug"))
        self.run_all()
        for message in messages:
            self.again(message)
        self.assertEqual(messages.mapped("state"), ["dead"] * 2)
        self.assertEqual(messages.exception_id.blocked_ids, messages)

    def test_passing_fault_is_tried_for_a_day(self):
        message = self.delivered(self.note("N-1"))
        handler = type(self.env["construction.handler.test.note.written"])
        with patch.object(handler, "_apply", side_effect=errors.LockNotAvailable):
            self.run_all()
            for _turn in range(5):
                self.assertEqual((message.state, message.attempts), ("retry", 0))
                self.again(message)
            message.sudo().failing_since -= timedelta(hours=25)
            self.again(message)
        self.assertEqual(message.state, "dead")
        self.assertIn("somebody is at work on a record", message.exception_id.sentence)
        message.exception_id.action_replay()
        self.run_all()
        self.assertEqual((message.state, message.failing_since), ("done", False))

    def test_slow_statement_is_tried_twice(self):
        message = self.delivered(self.note("N-1"))
        handler = type(self.env["construction.handler.test.note.written"])
        with patch.object(handler, "_apply", side_effect=errors.QueryCanceled):
            self.run_all()
            self.assertEqual(message.state, "retry")
            self.again(message)
        self.assertEqual(message.state, "dead")

    def test_retry_holds_back_its_subject_only(self):
        first = self.delivered(self.note("A", mode="bug"))
        self.run_all()
        self.assertEqual(first.state, "retry")
        second = self.delivered(self.note("A", event_id="second"))
        other = self.delivered(self.note("B"))
        for message in second | other:
            self.run_shard(message.lane, message.shard)
        self.assertEqual((second.state, other.state), ("received", "done"))

    def test_handler_run_twice_changes_nothing(self):
        message = self.delivered(self.note("N-1"))
        self.run_all()
        self.run_shard(message.lane, message.shard)
        self.assertEqual(len(self.partners("N-1")), 1)

    def test_stale_snapshot_is_taken_again_at_once(self):
        message = self.delivered(self.note("N-1"))
        handler = type(self.env["construction.handler.test.note.written"])
        stale = [errors.SerializationFailure, errors.UniqueViolation]
        apply = handler._apply

        def conflict(handler, works):
            if stale:
                raise stale.pop()
            return apply(handler, works)

        self.patch(handler, "_apply", conflict)
        self.run_all()
        self.assertEqual((message.state, message.history_ids.ids), ("done", []))

    def test_lost_database_counts_against_no_message(self):
        message = self.delivered(self.note("N-1"))
        handler = type(self.env["construction.handler.test.note.written"])
        self.patch(handler, "_apply", Mock(side_effect=errors.AdminShutdown))
        turns = type(self.Message)._turn
        taken = []

        def turn(lanes, *args):
            # the third one, which is to note the failure, does not come through either
            taken.append(1)
            if len(taken) > 3:
                raise errors.ConnectionFailure
            return turns(lanes, *args)

        self.patch(type(self.Message), "_turn", turn)
        with self.enter_registry_test_mode(), self.assertRaises(RetryableJobError) as caught:
            self.Message._run_shard(message.lane, message.shard)
        self.assertTrue(caught.exception.ignore_retry, "only the deaths of workers count")
        self.assertEqual((message.state, message.attempts), ("received", 0))

    def job_cut_short(self, message):
        """The job of a message's shard as it is after its worker was killed, on its next run."""
        job = self.env["queue.job"].search(
            [("identity_key", "=", self.Message._shard_identity(message.lane, message.shard))]
        )
        job.write({"retry": 1})
        return self.Message.with_context(job_uuid=job.uuid)

    def same_shard(self, subject):
        """Another subject whose messages go to the same shard."""
        shard = ordering.shard_of(f"{self.source.id}:{subject}")
        return next(f"B{n}" for n in range(10**4) if ordering.shard_of(f"{self.source.id}:B{n}") == shard)

    def test_message_that_ends_its_worker_is_set_aside(self):
        deadly, innocent = self.delivered(self.note("A"), self.note(self.same_shard("A")))
        lanes = self.job_cut_short(deadly)
        handler = type(self.env["construction.handler.test.note.written"])
        apply = handler._apply

        class Death(BaseException):
            pass

        def die(handler, works):
            if any(work.message == deadly for work in works):
                raise Death
            return apply(handler, works)

        with self.enter_registry_test_mode():
            with patch.object(handler, "_apply", die):
                for _death in range(3):
                    # assertRaises would roll back the note, as no death can
                    with suppress(Death):
                        lanes._run_shard(deadly.lane, deadly.shard)
                self.env.invalidate_all()
                self.assertEqual((deadly.state, innocent.state), ("received", "done"), "suspects come last")
                lanes._run_shard(deadly.lane, deadly.shard)
        self.assertEqual(deadly.state, "dead")
        self.assertIn("3 times", deadly.exception_id.sentence)
        self.assertEqual(deadly.exception_id.category, "technical")
        # sent round again by a person it begins to count anew
        deadly.exception_id.action_replay()
        self.run_shard(deadly.lane, deadly.shard, lanes)
        self.assertEqual(deadly.state, "done")

    def test_rights_of_the_service_user_bind(self):
        self.patch(type(self.env[HANDLER]), "_event_group", None)
        self.service.group_ids = [(3, self.env.ref("base.group_partner_manager").id)]
        message = self.delivered(self.note("N-1"))
        with mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"):
            self.run_all()
        self.assertEqual(message.state, "exception")
        self.assertEqual(message.exception_id.category, "permission")

    def test_missing_handler_is_an_exception(self):
        message = self.delivered(self.note("N-1"))
        self.kind.handler_model = "gone"
        self.run_all()
        self.assertEqual(message.state, "exception")
        self.assertIn("No handler", message.problem)

    def test_sweeper_restarts_what_lost_its_job(self):
        self.delivered(self.note("N-1"))
        jobs = self.env["queue.job"].search([])
        jobs.filtered(lambda job: job.channel_method_name).write({"state": "done"})
        self.Message._cron_sweep()
        fresh = self.env["queue.job"].search([("id", "not in", jobs.ids), ("state", "=", "pending")])
        self.assertEqual(fresh.mapped("method_name"), ["_run_shard"])

    def test_one_step_of_the_sweep_that_meets_a_lane_does_not_stop_the_others(self):
        late = self.delivered(self.note("child", after="parent"))
        self.run_all()
        late.sudo().write({"wait_until": fields.Datetime.now() - timedelta(seconds=1)})
        Message = type(self.env["construction.message"])
        with patch.object(Message, "_release_ready", side_effect=errors.SerializationFailure):
            self.Message._cron_sweep()
        self.assertEqual(late.state, "exception")

    def test_sweeper_says_when_nobody_takes_the_jobs(self):
        message = self.delivered(self.note("N-1"))
        job = self.env["queue.job"].search(
            [("identity_key", "=", self.Message._shard_identity(message.lane, message.shard))]
        )
        stalled = [("cause_key", "=", "stalled"), ("state", "=", "open")]
        self.Message._cron_sweep()
        self.assertFalse(self.Exception.search(stalled), "it may be taken any moment")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE queue_job SET date_created = date_created - interval '6 minutes' WHERE id = %s", [job.id]
        )
        self.Message._cron_sweep()
        self.Message._cron_sweep()
        item = self.Exception.search(stalled)
        self.assertEqual((item.source_id, item.severity), (self.source, "high"))
        job.write({"state": "done", "date_done": fields.Datetime.now()})
        self.env.flush_all()
        self.Message._cron_sweep()
        self.assertEqual(item.state, "resolved")

    def test_messages_that_stand_are_told_by_their_age(self):
        first, second = self.delivered(self.note("N-1"), self.note("N-2"))
        late = [("cause_key", "=", "late:standard"), ("state", "=", "open")]
        self.Message._cron_sweep()
        self.assertFalse(self.Exception.search(late))
        self.env.cr.execute(
            "UPDATE construction_message SET queued_at = received_at - interval '6 minutes'"
            " WHERE id = ANY(%s)",
            [(first | second).ids],
        )
        self.source.live_since = fields.Datetime.now() - timedelta(minutes=2)
        self.Message._cron_sweep()
        self.assertFalse(self.Exception.search(late), "not counted while its source was suspended")
        self.source.live_since = False
        self.Message._cron_sweep()
        self.Message._cron_sweep()
        item = self.Exception.search(late)
        self.assertEqual((len(item), item.severity, item.company_id), (1, "high", self.company))
        self.assertTrue(item.owner_id.has_group("construction_base.group_integration_manager"))
        self.assertIn("2 messages", item.sentence)
        self.assertIn("N-1", item.sentence)
        self.run_all()
        self.Message._cron_sweep()
        self.assertEqual(item.state, "resolved")

    def test_objective_is_a_setting(self):
        self.delivered(self.note("N-1"))
        self.env["ir.config_parameter"].set_param("construction_sync.objective_standard", "0")
        self.env.cr.execute("UPDATE construction_message SET queued_at = received_at - interval '2 seconds'")
        self.Message._cron_sweep()
        self.assertTrue(self.Exception.search([("cause_key", "=", "late:standard"), ("state", "=", "open")]))

    def test_messages_of_a_suspended_source_stand(self):
        message = self.delivered(self.note("N-1"))
        self.source.action_suspend()
        self.run_all()
        self.assertEqual(message.state, "received")
        self.source.action_go_live()
        self.run_all()
        self.assertEqual(message.state, "done")

    def test_own_key_waits_for_a_retry_in_the_same_batch(self):
        first, second = self.delivered(self.note("A", mode="bug"), self.note("A", event_id="second"))
        self.run_all()
        self.assertEqual((first.state, second.state), ("retry", "received"))
        self.again(first)
        self.run_all()
        self.assertEqual((first.state, second.state), ("dead", "done"))

    def test_outcome_that_cannot_be_written_is_written_plainly(self):
        message = self.delivered(self.note("N-1", mode="variance"), self.note("N-2"))
        opens = type(self.Exception)._open
        failing = [True, True]

        def fail(items, *args, **kwargs):
            if failing:
                failing.pop()
                self.env.cr.execute("SELECT 1 / 0")
            return opens(items, *args, **kwargs)

        self.patch(type(self.Exception), "_open", fail)
        self.run_all()
        self.assertEqual(message.mapped("state"), ["dead", "done"])
        self.assertFalse(message.exception_id)
        self.Message._cron_sweep()
        self.assertIn("Too dear", message.exception_id.sentence)

    def test_decimals(self):
        handler = self.env["construction.event.handler"]
        from decimal import Decimal

        from ..errors import InvalidData

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
