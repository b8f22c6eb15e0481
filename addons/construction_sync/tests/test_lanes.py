# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import HubCommon


@tagged("post_install", "-at_install")
class TestLanes(HubCommon):
    def lane(self, *events):
        return self.delivered(*events).mapped("lane")

    def test_a_handler_chooses_by_content(self):
        self.assertEqual(self.lane(self.note("A")), ["standard"])
        self.assertEqual(self.lane(self.note("B", lane="critical")), ["critical"])
        self.assertEqual(self.lane(self.note("C", lane="express")), ["standard"], "no such lane")

    def test_a_handler_that_fails_takes_no_event_with_it(self):
        with self.assertLogs("odoo.addons.construction_sync.models.construction_accept", "WARNING"):
            self.assertEqual(self.lane(self.note("A", lane="bug")), ["standard"])
        with mute_logger("odoo.addons.construction_sync.models.construction_accept", "odoo.sql_db"):
            self.assertEqual(self.lane(self.note("B", lane="sql")), ["standard"])

    def test_a_key_stays_in_the_lane_where_it_is_open(self):
        first = self.delivered(self.note("A", lane="bulk"))
        second = self.delivered(self.note("A", lane="critical"))
        other = self.delivered(self.note("B", lane="critical"))
        self.assertEqual([m.lane for m in (first, second, other)], ["bulk", "bulk", "critical"])
        jobs = self.env["queue.job"].search([("channel", "=", "root.construction.critical")])
        self.assertEqual(len(jobs), 1, "the lane that is woken is the one it is in")
        self.run_all()
        self.assertEqual(self.lane(self.note("A", lane="critical")), ["critical"], "nothing is open")

    def test_a_key_stays_in_one_lane_within_a_batch(self):
        events = [self.note("A", lane=lane) for lane in ("bulk", "critical", "standard")]
        self.assertEqual(self.lane(*events), ["bulk"] * 3)
