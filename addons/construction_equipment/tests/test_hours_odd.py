# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta
from itertools import permutations

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .charge_common import DAY
from .common import ANOMALY, DEVICE
from .hours_common import HoursCommon

ITEM = "construction.exception"


@tagged("post_install", "-at_install")
class TestHoursOdd(HoursCommon):
    """What readings say that cannot be, and what persons make of it."""

    def item(self, cause, state="open"):
        return self.env[ITEM].search([("cause_key", "=like", cause), ("state", "=", state)])

    def told(self):
        return [(row.kind, row.said, row.state) for row in self.odd()]

    def device(self, name="D-1"):
        return self.env[DEVICE].search([("name", "=", name)])

    def test_a_convicted_spike_asks_nobody(self):
        self.page(*self.daily(5267, 52750, 5275, 5283))
        self.assertEqual(self.told(), [("spike", "52750", "convicted")])
        self.assertEqual((self.odd().equipment_id, self.odd().compared), (self.digger, "5267"))
        self.assertEqual(self.odd().what, "Meter Hours: 52750; before: 5267")
        self.assertFalse(self.item("anomaly:%"))

    def test_the_order_does_not_matter_to_what_is_odd(self):
        seen = set()
        for number, order in enumerate(permutations(self.daily(5267, 52750, 5275, 5283))):
            device = f"T-{number}"
            self.sits(device, "EX-14", "2026-03-01")
            for reading in order:
                self.page({**reading, "device": device})
            rows = self.env[ANOMALY].search([("device_id.name", "=", device), ("state", "!=", "settled")])
            seen.add(str([(row.kind, row.said, row.state) for row in rows]))
        self.assertEqual(seen, {str([("spike", "52750", "convicted")])})
        self.assertFalse(self.item("anomaly:%"))

    def test_falls_are_asked_about_once(self):
        self.page(*self.daily(5267, 5275, 5270, 12))
        self.assertEqual(self.told(), [("fall", "5270", "open"), ("fall", "12", "open")])
        item = self.item("anomaly:fall:%")
        self.assertEqual((len(item), item.owner_id, item.message_total), (1, self.manager, 0))
        self.page(*self.daily(5267, 5275, 5270, 12))
        self.assertEqual((len(self.odd()), self.item("anomaly:fall:%")), (2, item))
        # the meter was replaced by one that begins at 12
        self.page(self.reading(self.at(14, 18), 20))
        self.assertEqual(self.hours(), 8)
        last = self.odd().filtered(lambda row: row.said == "12")
        with self.assertRaises(AccessError):
            last.with_user(self.dispatcher).action_replaced()
        last.with_user(self.manager).action_replaced()
        self.assertEqual(self.hours(), 16)
        self.assertEqual(last.settled_by_id, self.manager)
        self.assertEqual(self.digger.meter_replacement_ids.authorised_by, self.manager.name)
        self.assertEqual(item.state, "open")
        self.odd().filtered(lambda row: row.said == "5270").with_user(self.manager).action_wrong()
        self.assertEqual((item.state, self.hours()), ("resolved", 16))
        self.assertEqual(set(self.odd().mapped("state")), {"settled"})

    def test_a_spike_waits_for_72_hours(self):
        now = datetime(2026, 3, 11, 20)
        self.patch(fields.Datetime, "now", lambda *args: now)
        self.page(*self.daily(5267, 52750))
        self.assertEqual(self.told(), [("spike", "52750", "waiting")])
        self.assertFalse(self.item("anomaly:%"))
        self.env[ANOMALY]._cron_patience()
        self.assertEqual(self.odd().state, "waiting")
        later = now + timedelta(hours=72)
        self.patch(fields.Datetime, "now", lambda *args: later)
        self.env[ANOMALY]._cron_patience()
        self.assertEqual(self.odd().state, "open")
        item = self.item("anomaly:spike:%")
        self.assertTrue(item)
        # a late return below it
        self.page(self.reading(self.at(12, 18), 5275))
        self.assertEqual((self.odd().state, item.state), ("convicted", "resolved"))
        self.assertEqual(self.hours(), 8)

    def test_one_agrees_with_a_spike_and_a_person_decides(self):
        self.page(*self.daily(100, 200, 208))
        self.assertEqual(self.told(), [("spike", "200", "open")])
        day = self.env[DAY].search([("equipment_id", "=", self.digger.id), ("date", "=", "2026-03-12")])
        self.assertTrue(day.questioned)
        self.assertEqual(self.hours(), 8)
        odd = self.odd()
        with self.assertRaises(AccessError):
            odd.with_user(self.dispatcher).action_right()
        odd.with_user(self.manager).action_right()
        # its hours count, at most the clock
        self.assertEqual(self.hours(), 32)
        self.assertFalse(day.questioned)
        self.assertEqual((odd.state, odd.verdict, odd.settled_by_id), ("settled", "right", self.manager))
        odd.with_user(self.manager).action_ask_again()
        self.assertEqual((odd.state, self.hours()), ("open", 8))
        odd.with_user(self.manager).action_wrong()
        self.assertEqual(odd.state, "settled")
        # without it the next one is as high
        self.assertEqual([row.said for row in self.odd("open", "waiting")], ["208"])
        self.assertEqual(self.hours(), 0)
        # what was decided stays when the same comes again
        self.page(*self.daily(100, 200, 208))
        self.assertEqual(odd.state, "settled")

    def test_idle_above_operating(self):
        self.page(
            self.reading(self.at(10, 6), 100, idle_hours=50),
            self.reading(self.at(10, 16), 104, idle_hours=56),
        )
        self.assertEqual(self.told(), [("idle", "6 of 4", "open")])
        item = self.item("anomaly:idle")
        self.assertTrue(item)
        self.page(self.reading(self.at(10, 20), 108))
        self.assertEqual((self.odd().state, item.state), ("settled", "resolved"))

    def test_days_that_cannot_be(self):
        first, second = self.a_job("J-7", "Europe/Berlin"), self.a_job("J-8", "UTC")
        self.move(self.at(1), first)
        self.page(self.reading(self.at(10, 0), 100), self.reading(self.at(10, 20), 118))

        def say(**data):
            said = {"equipment": "EX-12", "date": "2026-03-10", "origin": "telematics", **data}
            return self.send(self.field, "equipment.utilization.recorded", "EX-12", said)

        self.assertState(say(job="J-8", hours=9), "done")
        kinds = {row.kind: row for row in self.odd("open")}
        self.assertEqual(set(kinds), {"two_jobs", "too_many"})
        self.assertEqual(kinds["too_many"].said, "27")
        self.assertIn("J-8", kinds["two_jobs"].said)
        self.assertState(say(job="J-8", hours=0, revision=1), "done")
        self.assertFalse(self.odd("open"))
        self.assertFalse(self.item("anomaly:%"))
        self.assertTrue(second)

    def test_hours_on_a_closed_job(self):
        job = self.a_job("J-7", "UTC")
        self.move(self.at(1), job)
        job.job_status = "closed"
        self.page(*self.daily(100, 104, 108))
        self.assertEqual({(row.kind, row.job_id) for row in self.odd("open")}, {("closed_job", job)})
        self.assertEqual(len(self.item("anomaly:closed_job:%")), 1)
        self.assertEqual(len(self.odd()), 3)
        job.job_status = "active"
        self.assertFalse(self.odd("open"))
        self.assertFalse(self.item("anomaly:closed_job:%"))

    def test_a_device_on_no_machine(self):
        self.page(self.reading(self.at(10), 5, "D-9"))
        self.assertEqual([(row.kind, row.state) for row in self.odd()], [("unassigned", "open")])
        self.assertFalse(self.item("anomaly:%"))
        self.sits("D-9", "EX-12", "2026-03-11")
        self.assertEqual(self.odd().state, "open")
        self.sits("D-9", "EX-14", "2026-03-01")
        self.assertEqual(self.odd().state, "settled")
        # it sat elsewhere already, so nothing is asked of it
        self.page(self.reading(self.at(1) - timedelta(days=3), 1, "D-9"))
        self.assertEqual(self.odd().state, "open")
        self.assertTrue(self.item("anomaly:unassigned:%"))

    def test_a_device_that_is_silent(self):
        self.page(*(self.reading(self.at(10) + timedelta(hours=2 * n), 100 + n) for n in range(12)))
        last = datetime(2026, 3, 10, 22)
        for hours, state in ((20, []), (30, ["open"]), (54, ["open"])):
            self.patch(fields.Datetime, "now", lambda *args, h=hours: last + timedelta(hours=h))
            self.env[DEVICE]._cron_silence()
            self.assertEqual(self.odd().mapped("state"), state)
        self.assertTrue(self.item("anomaly:silence:%"))
        self.page(self.reading(self.at(13), 111))
        self.env[DEVICE]._cron_silence()
        self.assertEqual(self.odd().mapped("state"), ["settled"])
        self.assertFalse(self.item("anomaly:silence:%"))

    def test_days_whose_readings_are_gone(self):
        self.page(*self.daily(*range(100, 176, 4)))
        before = self.days()
        self.assertFalse(self.env[DEVICE]._purge(datetime(2026, 3, 16)))
        self.assertEqual(self.device().date_purged, datetime(2026, 3, 20))
        self.page(self.reading(self.at(12, 6), 105))
        self.assertEqual(self.days(), before)
        self.assertEqual([(row.kind, str(row.date)) for row in self.odd("open")], [("purged", "2026-03-12")])
        job = self.a_job("J-7", "UTC")
        self.move(self.at(5), job)
        kept = {key: hours for key, hours in self.days().items() if key[1] is None}
        self.assertTrue(kept)
        self.assertTrue(all(before[key] == hours for key, hours in kept.items()))
        self.assertIn(("03-24", "J-7"), self.days())

    def test_corrections_of_approved_days_are_one_work_item(self):
        job = self.a_job("J-7", "UTC")
        job.construction_equipment_code_id = self.env["construction.cost.code"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.move(self.at(1), job)
        self.move(self.at(1), job, self.other)
        self.sits("D-2", "EX-14", "2026-03-01")
        for device in ("D-1", "D-2"):
            self.page(*self.daily(*range(100, 200, 8), device=device))
        days = self.env[DAY].search([("job_id", "=", job.id)])
        days.with_user(self.manager).action_approve()
        late = []
        for device in ("D-1", "D-2"):
            for day in range(10, 22, 2):
                late += [
                    self.reading(self.at(day, 19 + n / 8), 100 + 8 * (day - 10) + n / 8, device)
                    for n in range(32)
                ]
        self.page(*late)
        found = days.filtered("correction")
        self.assertGreater(len(found), 10)
        item = self.item("equipment:corrections")
        self.assertEqual((len(item), item.owner_id), (1, self.manager))
        self.assertIn(str(len(found)), item.sentence)
        self.assertFalse(set(days.mapped("state")) - {"approved"})
        first, rest = found[0], found[1:]
        said = first.correction_words
        self.assertIn("→", said)
        with self.assertRaises(AccessError):
            first.with_user(self.dispatcher).action_take_correction()
        hours = first.hours
        stale = first.with_user(self.manager).with_context(construction_seen="what was shown before")
        for name in ("action_take_correction", "action_keep"):
            with self.assertRaises(UserError):
                getattr(stale, name)()
        first.with_user(self.manager).action_take_correction()
        self.assertEqual((first.state, first.correction), ("approved", False))
        self.assertNotEqual(first.hours, hours)
        rest.with_user(self.manager).action_keep()
        self.assertFalse(days.filtered("correction"))
        self.assertEqual(item.state, "resolved")
        # the same is not proposed again
        self.page(self.reading(self.at(22, 12), 300), self.reading(self.at(22, 13), 301))
        self.env[DAY]._derive_all({(day.equipment_id.id, day.date) for day in days})
        self.assertFalse(days.filtered("correction"))

    def test_a_provider_that_goes_wrong_is_one_work_item(self):
        for number in range(40):
            self.say_machine(f"M-{number}")
            self.sits(f"T-{number}", f"M-{number}", "2026-03-01")
        self.page(*(self.reading(self.at(10), 100, f"T-{number}") for number in range(40)))
        counts = {}
        for day, size in ((11, 2), (12, 40)):
            message = self.page(
                *(self.reading(self.at(day), 100 - day, f"T-{number}") for number in range(size)),
                receive=True,
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.run_all()
            self.assertState(message, "done")
            counts[size] = self.env.cr.sql_log_count - before
        self.assertEqual(len(self.odd("open")), 42)
        self.assertEqual(len(self.item("anomaly:%")), 1)
        self.assertLess(counts[40], counts[2] + 40, counts)

    def test_who_cures(self):
        self.page(*self.daily(5267, 5275, 5270))
        odd = self.odd()
        auditor = self.user_with("auditor", "construction_base.group_auditor")
        for name in ("action_right", "action_wrong", "action_replaced", "action_ask_again", "action_settle"):
            for user in (self.dispatcher, auditor):
                with self.subTest(name=name, user=user.login), self.assertRaises(AccessError):
                    getattr(odd.with_user(user), name)()
        for vals in ({"verdict": "right"}, {"state": "settled"}, {"equipment_id": self.other.id}):
            with self.assertRaises(AccessError):
                odd.with_user(self.manager).write(vals)
        self.page(self.reading(self.at(20), -4))
        with self.assertRaises(UserError):
            self.odd().filtered(lambda row: row.kind == "negative").with_user(self.manager).action_right()
