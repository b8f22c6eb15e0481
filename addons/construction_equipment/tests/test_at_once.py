# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import threading
from contextlib import contextmanager
from datetime import datetime

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from .common import DEVICE, MACHINE, PLACE, READING, TRANSFER

FACT = f"{DEVICE}.fact"


@tagged("post_install", "-at_install")
class TestAtOnce(BaseCase):
    """Real connections: a test cursor would hide what they do to one another."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.errors = []
        with self._env() as env:
            machines = env[MACHINE].create(
                [{"name": f"At Once {number}", "ownership": "owned"} for number in range(2)]
            )
            places = env[PLACE].create([{"name": f"At Once {number}"} for number in range(2)])
            device = env[DEVICE].create({"provider": "at once", "name": "D-1"})
            self.machines, self.places, self.device = machines.ids, places.ids, device.id
        self.addCleanup(self._remove)

    @contextmanager
    def _env(self):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _remove(self):
        with self._env() as env:
            env.cr.execute("DELETE FROM construction_equipment_reading WHERE device_id = %s", [self.device])
            env.cr.execute(
                "DELETE FROM construction_equipment_transfer WHERE equipment_id = ANY(%s)", [self.machines]
            )
            env[DEVICE].browse(self.device).unlink()
            env[MACHINE].browse(self.machines).unlink()
            env[PLACE].browse(self.places).unlink()

    def _at_once(self, *calls):
        """Make calls on connections of their own, each as a request: no snapshot knows of another call."""
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

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_say_where_a_device_sits(self):
        def say(machine, day):
            vals = {"device_id": self.device, "equipment_id": machine, "date_from": datetime(2026, 3, day)}
            return lambda env: env[FACT].create(vals)

        self._at_once(say(self.machines[0], 1), say(self.machines[1], 12))
        self.assertFalse(self.errors)
        with self._env() as env:
            parts = env[DEVICE].browse(self.device).assignment_ids.sorted("date_from")
            self.assertEqual(parts.equipment_id.ids, self.machines)
            self.assertEqual(parts.mapped("date_until"), [datetime(2026, 3, 12), False])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_move_a_machine(self):
        def move(place, day):
            vals = {"equipment_id": self.machines[0], "place_id": place, "date_from": datetime(2026, 3, day)}
            return lambda env: env[TRANSFER].create(vals)

        self._at_once(move(self.places[0], 1), move(self.places[1], 12))
        self.assertFalse(self.errors)
        with self._env() as env:
            rows = env[MACHINE].browse(self.machines[0]).transfer_ids.sorted("date_from")
            self.assertEqual(rows.place_id.ids, self.places)
            self.assertEqual(rows.mapped("date_until"), [datetime(2026, 3, 12), False])
            self.assertEqual(rows.equipment_id.place_id.id, self.places[1])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_bring_the_same_readings(self):
        def bring(figure):
            rows = {
                (self.device, datetime(2026, 3, 2, hour)): [
                    ((figure if hour == 9 else hour, *[None] * 6), "telematics", 0)
                ]
                for hour in range(24)
            }
            return lambda env: env[READING]._store(rows)

        self._at_once(bring(9), bring(10))
        self.assertFalse(self.errors)
        with self._env() as env:
            found = env[READING].search([("device_id", "=", self.device)], order="at, version")
            self.assertEqual(len(found), 25)
            self.assertEqual(sorted(found.filtered(lambda row: row.at.hour == 9).mapped("version")), [1, 2])
