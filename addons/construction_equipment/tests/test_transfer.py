# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta
from itertools import permutations

from psycopg2.errors import CheckViolation, ExclusionViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import MACHINE, PLACE, TRANSFER, EquipmentCommon

KIND = "equipment.transferred"


@tagged("post_install", "-at_install")
class TestTransfer(EquipmentCommon):
    def set_up_once(self):
        super().set_up_once()
        self.say_job("J-2")
        self.other_job = self.env["project.project"].search([("job_number", "=", "J-2")])
        self.digger = self.record(self.say_machine("EX-12"), MACHINE)
        self.site = self.env[PLACE].create({"name": "Harbour Site", "kind": "site", "job_id": self.job.id})

    def say_job(self, key, status="active", **kw):
        return self.send(
            self.master, "master.job.upserted", key, {"job": key, "name": key, "status": status}, **kw
        )

    def say(self, job="J-1", at="2026-03-01", machine="EX-12", **data):
        """A system says where a machine went. :return: the message"""
        data = {"equipment": machine, "job": job, "at": f"{at}T11:20:00Z", **data}
        return self.send(self.field, KIND, machine, data)

    def history(self, machine=None):
        rows = (machine or self.digger).transfer_ids.sorted("date_from")
        return [
            (row.job_id.job_number, row.date_from.day, row.date_until and row.date_until.day) for row in rows
        ]

    def test_it_is_on_the_job(self):
        message = self.say(cost_code="03 30 00", by="Ana")
        self.assertState(message, "done")
        self.assertRecordValues(
            self.record(message, TRANSFER),
            [
                {
                    "equipment_id": self.digger.id,
                    "job_id": self.job.id,
                    "place_id": self.site.id,
                    "date_from": datetime(2026, 3, 1, 11, 20),
                    "date_until": False,
                    "said_by": "T_Field · Ana",
                    "is_current": True,
                }
            ],
        )
        self.assertEqual((self.digger.job_id, self.digger.place_id), (self.job, self.site))
        self.assertEqual(message.job_id, self.job)

    def test_the_order_in_which_they_come_does_not_matter(self):
        said = (("J-1", "2026-03-01"), ("J-2", "2026-03-03"), ("J-1", "2026-03-05"))
        found = set()
        for number, order in enumerate(permutations(said)):
            key = f"M-{number}"
            machine = self.record(self.say_machine(key), MACHINE)
            for job, at in order:
                self.assertState(self.say(job, at, key), "done")
            found.add(str(self.history(machine)))
            self.assertEqual(machine.job_id, self.job)
        self.assertEqual(found, {str([("J-1", 1, 3), ("J-2", 3, 5), ("J-1", 5, False)])})

    def test_what_is_said_again_changes_nothing(self):
        self.say()
        again = self.say()
        self.assertState(again, "done")
        self.assertEqual((len(self.digger.transfer_ids), again.record_ids.ids), (1, []))

    def test_two_jobs_at_one_moment_are_a_person_s(self):
        self.say()
        message = self.say("J-2")
        self.assertState(message, "exception", "conflict")
        self.assertIn("J-1", message.exception_id.sentence)
        self.assertEqual(self.history(), [("J-1", 1, False)])
        self.digger.transfer_ids.with_user(self.dispatcher).action_withdraw()
        self.assertFalse(self.digger.job_id)
        message.exception_id.with_user(self.manager).action_replay()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.digger.job_id, self.other_job)

    def test_a_job_that_is_shut_takes_none(self):
        for status, time in (("suspended", "2026-03-03T08:00:00Z"), ("closed", "2026-03-05T08:00:00Z")):
            self.say_job("J-2", status, time=time)
            message = self.say("J-2", time[:10])
            self.assertState(message, "exception", "hold")
            self.assertFalse(self.digger.transfer_ids)
            with self.assertRaises(UserError):
                self.env[TRANSFER].with_user(self.dispatcher).create(
                    {"equipment_id": self.digger.id, "job_id": self.other_job.id}
                )
        self.say_job("J-2", time="2026-03-06T08:00:00Z")
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.digger.job_id, self.other_job)

    def test_what_was_there_before_a_job_was_shut_comes_again(self):
        self.say("J-2")
        self.say_job("J-2", "closed", time="2026-03-05T08:00:00Z")
        self.assertState(self.say("J-2"), "done")

    def test_several_at_once_and_bad_ones_among_them(self):
        self.say_machine("EX-14")
        messages = [
            self.receive(self.field, KIND, key, {"equipment": key, "at": "2026-03-01T06:00:00Z", **data})
            for key, data in {
                "EX-12": {"job": "J-1"},
                "EX-99": {"job": "J-1"},
                "EX-14": {"job": "J-2", "place": "Harbour Site"},
            }.items()
        ]
        self.run_all()
        self.assertEqual([message.state for message in messages], ["done", "exception", "exception"])
        self.assertEqual(messages[1].exception_id.category, "mapping")
        self.assertEqual(messages[2].exception_id.category, "data")
        data = {"equipment": "EX-12", "job": "J-1", "at": "2026-03-01"}
        self.assertEqual(list(self.faults(self.field, KIND, "EX-12", data)), ["/data/at"])

    def test_the_database_keeps_two_apart(self):
        self.say()
        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute(
                "INSERT INTO construction_equipment_transfer (equipment_id, job_id, date_from, active)"
                " VALUES (%s, %s, '2026-03-02', true)",
                [self.digger.id, self.other_job.id],
            )

    def test_who_dispatches_moves_it(self):
        action = self.digger.with_user(self.dispatcher).action_move()
        transfers = self.env[TRANSFER].with_user(self.dispatcher).with_context(**action["context"])
        with Form(transfers) as form:
            form.job_id = self.job
            self.assertEqual(form.place_id, self.site)
        self.assertEqual((self.digger.job_id, form.record.said_by), (self.job, self.dispatcher.name))
        with Form(transfers) as form:
            form.place_id = self.yard
            form.date_from = fields.Datetime.now() + timedelta(hours=1)
        self.assertEqual(self.digger.job_id, self.job, "not yet")
        with self.assertRaises(UserError):
            form.record.job_id = self.job

    def test_one_that_was_entered_before_begins_by_itself(self):
        soon = fields.Datetime.now() + timedelta(hours=1)
        self.env[TRANSFER].create({"equipment_id": self.digger.id, "job_id": self.job.id, "date_from": soon})
        self.assertFalse(self.digger.job_id)
        self.patch(fields.Datetime, "now", lambda *args: soon + timedelta(minutes=5))
        self.env[MACHINE]._cron_place_now()
        self.assertEqual(self.digger.job_id, self.job)

    def test_nobody_writes_where_it_is(self):
        for vals in ({"job_id": self.job.id}, {"place_id": self.yard.id}):
            with self.assertRaises(AccessError):
                self.digger.with_user(self.manager).write(vals)
            with self.assertRaises(AccessError):
                self.env[MACHINE].with_user(self.manager).create({"name": "X", "ownership": "owned", **vals})
        with self.assertRaises(AccessError):
            self.env[TRANSFER].with_user(self.dispatcher).create(
                {"equipment_id": self.digger.id, "job_id": self.job.id, "date_until": "2030-01-01"}
            )

    def test_who_sees_what(self):
        self.say("J-1", "2026-03-01")
        self.say("J-2", "2026-03-03")
        transfers = self.env[TRANSFER]
        for role in ("site_supervisor", "project_manager"):
            user = self.user_with(f"u_{role}", f"construction_base.group_{role}")
            mine = transfers.with_user(user)
            self.job.job_member_ids = user
            with self.subTest(role):
                self.assertEqual(mine.search([]).mapped("job_id"), self.job)
                self.assertFalse(mine.search([("job_id", "=", self.other_job.id)]))
                self.assertFalse(mine.has_access("create"))
                with self.assertRaises(AccessError):
                    mine.search([]).action_withdraw()
                # it has left
                self.assertNotIn(self.digger, self.env[MACHINE].with_user(user).search([]))
        for role in ("buyer", "cost_controller", "auditor"):
            user = self.user_with(f"u_{role}", f"construction_base.group_{role}")
            self.assertEqual(
                len(transfers.with_user(user).search([("equipment_id", "=", self.digger.id)])), 2
            )
            self.assertFalse(transfers.with_user(user).has_access("create"))
        self.assertTrue(transfers.with_user(self.dispatcher).has_access("create"))

    def test_a_circle_is_one(self):
        place = (
            self.env[PLACE]
            .with_user(self.dispatcher)
            .create({"name": "Quarry", "latitude": 46.78, "longitude": -92.1, "radius": 150})
        )
        self.assertEqual(place.radius, 150)
        for vals in ({"latitude": 91}, {"longitude": -181}, {"radius": -1}):
            with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                place.write(vals)
                place.flush_recordset()
