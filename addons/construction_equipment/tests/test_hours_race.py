# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import threading
from contextlib import contextmanager
from datetime import datetime

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from .charge_common import DAY
from .common import DEVICE, MACHINE, READING, TRANSFER

CLAIM, FACT = "construction.equipment.claim", f"{DEVICE}.fact"


@tagged("post_install", "-at_install")
class TestHoursRace(BaseCase):
    """Real connections: pages that come at once are the same hours once."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.errors, self.jobs = [], []
        with self._env() as env:
            self.machine = env[MACHINE].create({"name": "Race", "ownership": "owned"}).id
            devices = env[DEVICE].create([{"provider": "race", "name": name} for name in ("D-1", "D-2")])
            env[FACT].create(
                [
                    {"device_id": device.id, "equipment_id": self.machine, "date_from": datetime(2026, 3, 1)}
                    for device in devices
                ]
            )
            self.devices = devices.ids
        self.addCleanup(self._remove)

    @contextmanager
    def _env(self):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _remove(self):
        with self._env() as env:
            for name in ("day", "claim", "transfer"):
                env.cr.execute(
                    f"DELETE FROM construction_equipment_{name} WHERE equipment_id = %s", [self.machine]
                )
            env.cr.execute(
                "DELETE FROM construction_equipment_reading WHERE device_id = ANY(%s)", [self.devices]
            )
            env[DEVICE].browse(self.devices).unlink()
            env[MACHINE].browse(self.machine).unlink()
            env["project.project"].browse(self.jobs).unlink()

    def _page(self, device, hours):
        """A page that is stored and derived."""

        def call(env):
            rows = {
                (device, datetime(2026, 3, 10, hour)): [((100 + hour, *[None] * 6), "telematics", 0)]
                for hour in hours
            }
            made, _others = env[READING]._store(rows)
            fresh = {(device, "meter_hours", "telematics"): {moment for _device, moment in made}}
            env["construction.equipment.derivation"]._of_page(fresh)

        return call

    def _at_once(self, *calls):
        ready = threading.Barrier(len(calls))

        def run(call):
            try:
                with self._env() as env:
                    env.cr.execute("SELECT 1")
                    ready.wait(20)
                    retrying(lambda: (call(env), env.flush_all()), env)
            except Exception as error:  # pylint: disable=broad-except
                self.errors.append(error)

        threads = [threading.Thread(target=run, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertFalse(self.errors)

    def _hours(self):
        with self._env() as env:
            days = env[DAY].search([("equipment_id", "=", self.machine)])
            claims = env[CLAIM].search([("equipment_id", "=", self.machine)])
            return days.mapped("hours"), sorted(claim.figures["hours"] for claim in claims)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_pages_of_one_device(self):
        first, second = self._page(self.devices[0], (0, 2, 4, 8)), self._page(self.devices[0], (1, 2, 3, 6))
        self._at_once(first, second, first)
        self.assertEqual(self._hours(), ([8.0], ["8"]))

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_devices_of_one_machine(self):
        self._at_once(self._page(self.devices[1], (0, 5)), self._page(self.devices[0], (0, 3)))
        self.assertEqual(self._hours(), ([3.0], ["3", "5"]))

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_a_page_and_a_transfer(self):
        with self._env() as env:
            job = env["project.project"].create(
                {"name": "Race", "job_number": "RACE-H", "is_construction_job": True}
            )
            self.jobs.append(job.id)

        def move(env):
            env[TRANSFER].create(
                {"equipment_id": self.machine, "job_id": self.jobs[0], "date_from": datetime(2026, 3, 10)}
            )

        self._at_once(self._page(self.devices[0], (0, 4)), move)
        with self._env() as env:
            days = env[DAY].search([("equipment_id", "=", self.machine), ("hours", ">", 0)])
            self.assertEqual((sum(days.mapped("hours")), days.job_id.ids), (4.0, self.jobs))
