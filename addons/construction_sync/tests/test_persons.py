# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import closing

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common import HubCommon

SETTLED = ("done", "tested", "superseded")


@tagged("post_install", "-at_install")
class TestPersons(HubCommon):
    """What people may do with messages in each state, and who may do it."""

    def states(self):
        declared = dict(self.Message._fields["state"].selection)
        return [state for state in declared if state not in SETTLED]

    def in_state(self, state):
        message = self.delivered(self.note(f"S-{state}"))
        vals = {"state": state}
        if state == "retry":
            vals["next_try_at"] = fields.Datetime.add(fields.Datetime.now(), hours=9)
        message.sudo().write(vals)
        return message.with_user(self.users["buyer"])

    def test_whatever_is_not_settled_can_be_set_aside(self):
        for state in self.states():
            if state == "ignored":
                continue
            with self.subTest(state):
                message = self.in_state(state)
                message._ignore("not wanted")
                self.assertEqual(message.state, "ignored")
                self.assertFalse(message.next_try_at)

    def test_whatever_is_not_settled_can_be_replayed_and_corrected(self):
        for state in self.states():
            if state in ("ignored", "rejected"):
                continue
            with self.subTest(state):
                message = self.in_state(state)
                message.action_replay()
                self.assertEqual(message.state, "received")
                message = self.in_state(state)
                message._correct({"name": "Corrected"}, "because")
                self.assertEqual(message.state, "received")
                self.assertEqual(message._payload(), {"name": "Corrected"})

    def test_what_is_settled_is_refused_with_a_way_on(self):
        declared = dict(self.Message._fields["state"].selection)
        for state in (*filter(declared.get, SETTLED), "ignored", "rejected"):
            message = self.in_state(state)
            calls = [message.action_replay, lambda m=message: m._correct({"name": "x"}, "r")]
            if state != "rejected":
                calls.append(lambda m=message: m._ignore("r"))
            if state not in ("ignored", "tested"):
                calls.append(lambda m=message: m._take_up("r"))
            for call in calls:
                with self.subTest(state), self.assertRaisesRegex(UserError, f"S-{state}.*cannot be"):
                    call()

    def test_ignored_by_mistake_is_taken_up_again(self):
        message = self.in_state("exception")
        message._ignore("oops")
        with self.assertRaises(UserError):
            message._take_up(" ")
        action = message.action_take_up()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.users["buyer"])
            .with_context(**action["context"])
            .create({"reason": "by mistake"})
        )
        wizard.action_take_up()
        self.assertEqual(message.state, "received")
        self.assertIn("by mistake", message.history_ids.sorted("id")[-1].note)
        self.run_all()
        self.assertEqual(message.state, "done")

    def test_an_ignored_second_version_comes_back_to_its_item(self):
        self.delivered(self.note("V-1", event_id="V"))
        self.deliver(self.note("V-2", event_id="V"))
        second = self.Message.search([("event_id", "=", "V"), ("holds_identity", "=", False)])
        second._ignore("the first was right")
        second._take_up("it was not")
        self.assertEqual(second.state, "exception")
        self.assertEqual(second.exception_id.category, "conflict")

    def test_an_ignored_refused_one_comes_back_to_the_refused(self):
        self.deliver(self.note("R-1", event_id="R", name=""))
        message = self.Message.search([("event_id", "=", "R")])
        self.assertEqual(message.state, "rejected")
        message._ignore("no")
        self.assertFalse(message.is_second_version)
        message._take_up("yes")
        self.assertEqual(message.state, "rejected")

    def stopped(self, job, subject, supplier=None):
        data = {"supplier": supplier} if supplier else {"mode": "variance"}
        message = self.delivered(self.note(subject, **data))
        self.run_all()
        self.of_job(message, job)
        return message

    def of_job(self, message, job):
        message.sudo().job_id = job
        message.exception_id.sudo().job_id = job

    def test_project_managers_work_on_their_own_jobs(self):
        manager = self.users["project_manager"]
        mine = self.stopped(self.job, "MINE")
        item = mine.exception_id
        for call in (
            mine.with_user(manager).action_replay,
            item.with_user(manager).action_replay,
            lambda: mine.with_user(manager)._correct({"name": "Mine", "mode": "variance"}, "because"),
        ):
            call()
            self.run_all()
            self.of_job(mine, self.job)
        item.with_user(manager).owner_id = manager
        item.with_user(manager).owner_id = self.users["buyer"]
        item.with_user(manager)._ignore("done by hand")
        self.assertEqual((mine.state, item.state), ("ignored", "ignored"))
        mine.with_user(manager)._take_up("after all")
        self.assertEqual(mine.state, "received")

    def test_project_managers_leave_other_jobs_alone(self):
        manager = self.users["project_manager"]
        for job in (self.job_2, self.other_job):
            message = self.stopped(job, f"OTHER-{job.id}")
            item = message.exception_id.with_user(manager)
            message = message.with_user(manager)
            for call in (
                message.action_replay,
                lambda m=message: m._correct({"name": "x"}, "r"),
                lambda m=message: m._ignore("r"),
                item.action_replay,
                item.action_resolve,
                lambda i=item: i._ignore("r"),
                lambda i=item: i.write({"owner_id": manager.id}),
            ):
                with self.subTest(job.name), self.assertRaises(AccessError):
                    call()

    def test_an_item_of_several_jobs_is_not_a_project_managers(self):
        manager = self.users["project_manager"]
        mine = self.stopped(self.job, "MINE", supplier="S-1")
        other = self.stopped(self.job_2, "OTHER", supplier="S-1")
        item = mine.exception_id
        self.assertEqual(other.exception_id, item)
        item.sudo().job_id = self.job
        for call in (
            item.with_user(manager).action_replay,
            lambda: item.with_user(manager)._ignore("r"),
            item.with_user(manager).action_map_and_replay,
        ):
            with self.assertRaises(UserError):
                call()
        self.assertEqual(other.state, "exception")
        mine.with_user(manager)._ignore("mine only")
        self.assertEqual((mine.state, item.state), ("ignored", "open"))

    def test_roles_that_only_read(self):
        message = self.stopped(self.job, "READ")
        for role in ("auditor", "site_supervisor"):
            user = self.users[role]
            for call in (
                lambda u=user: message.with_user(u)._ignore("r"),
                lambda u=user: message.with_user(u)._take_up("r"),
                lambda u=user: message.with_user(u).action_replay(),
                lambda u=user: message.exception_id.with_user(u).action_resolve(),
            ):
                with self.subTest(role), self.assertRaises(UserError):
                    call()


@tagged("post_install", "-at_install")
class TestAtWork(TransactionCase):
    """With a real second connection: what a lane has claimed is not for a person at the moment."""

    def setUp(self):
        super().setUp()
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        self.env_2 = api.Environment(cr, SUPERUSER_ID, {})
        source = self.env_2["construction.source"].create({"name": "At Work", "code": "at_work"})
        self.user_id = source._make_service_user().id
        # only what a live source has sent is taken
        cr.execute("UPDATE construction_source SET state = 'live' WHERE id = %s", [source.id])
        self.registry.clear_cache()
        cr.execute(
            """
            INSERT INTO construction_message (receipt, source_id, company_id, subject, state, lane, shard,
                type_name, event_id, holds_identity, data)
            VALUES ('at-work', %s, %s, 'W-1', 'received', 'bulk', 200, 'test', 'w', true, '{}') RETURNING id
            """,
            [source.id, source.company_id.id],
        )
        self.message_id = cr.fetchone()[0]
        self.source_id = source.id
        cr.commit()  # pylint: disable=invalid-commit
        self.addCleanup(self.remove)

    def remove(self):
        cr = self.env_2.cr
        cr.rollback()
        cr.execute(
            """
            ALTER TABLE construction_message DISABLE TRIGGER USER;
            ALTER TABLE construction_message_history DISABLE TRIGGER USER;
            DELETE FROM construction_message_history WHERE message_id = %(message)s;
            DELETE FROM construction_message WHERE id = %(message)s;
            ALTER TABLE construction_message ENABLE TRIGGER USER;
            ALTER TABLE construction_message_history ENABLE TRIGGER USER;
            """,
            {"message": self.message_id},
        )
        self.env_2["construction.source"].browse(self.source_id).unlink()
        self.env_2["res.users"].browse(self.user_id).unlink()
        cr.commit()  # pylint: disable=invalid-commit

    @mute_logger("odoo.sql_db")
    def test_at_work_right_now(self):
        with closing(self.registry.cursor()) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            message = env["construction.message"].browse(self.message_id)
            claimed = self.env_2["construction.message"]._claim("bulk", 200)
            self.assertEqual(claimed.ids, message.ids)
            for call in (lambda: message._ignore("r"), message.action_replay):
                with self.assertRaisesRegex(UserError, "being processed right now"):
                    call()
            self.env_2.cr.rollback()
            message._ignore("now")
            self.assertEqual(message.state, "ignored")
            cr.rollback()
