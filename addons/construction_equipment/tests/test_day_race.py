# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import threading
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

DATE = "2026-03-10"


@tagged("post_install", "-at_install")
class TestDayRace(BaseCase):
    """Two real connections: two providers tell of one machine's day at once, which stays one."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self._env() as env:
            self.company_id = env.company.id
            self.job_id = (
                env["project.project"]
                .create({"name": "Race", "job_number": "RACE-2", "is_construction_job": True})
                .id
            )
            self.machine_id = (
                env["maintenance.equipment"]
                .create({"name": "Race", "equipment_number": "RACE-EX", "ownership": "owned"})
                .id
            )
        self.addCleanup(self._clean)

    def _clean(self):
        with self._env() as env:
            for table in ("construction_equipment_day", "construction_equipment_claim"):
                env.cr.execute(f"DELETE FROM {table} WHERE equipment_id = %s", [self.machine_id])
            env["maintenance.equipment"].browse(self.machine_id).unlink()
            env["project.project"].browse(self.job_id).unlink()

    @contextmanager
    def _env(self):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _tell(self, provider, hours, start, failures):
        try:
            with self._env() as env:

                def work():
                    machine = env["maintenance.equipment"].browse(self.machine_id)
                    env["construction.equipment.claim"].create(
                        {
                            "equipment_id": machine.id,
                            "company_id": self.company_id,
                            "date": DATE,
                            "job_id": self.job_id,
                            "origin": "telematics",
                            "key": provider,
                            "figures": {"hours": hours},
                        }
                    )
                    env["construction.equipment.day"].search([])  # its view of the data is of now
                    start.wait(timeout=20)
                    env["construction.equipment.day"]._derive(machine, [DATE])

                retrying(work, env)
        except Exception as error:
            failures.append(error)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_providers(self):
        for turn in range(3):
            start, failures = threading.Barrier(2), []
            tellers = [
                threading.Thread(target=self._tell, args=(name, f"{hours + turn}", Passed(start), failures))
                for name, hours in (("b/1", 8), ("a/1", 6))
            ]
            for teller in tellers:
                teller.start()
            for teller in tellers:
                teller.join(60)
            self.assertFalse(failures)
            with self._env() as env:
                day = env["construction.equipment.day"].search([("equipment_id", "=", self.machine_id)])
                self.assertEqual(len(day), 1)
                # the first by its key, whoever came first, and with what both have said
                self.assertEqual((day.hours, day.disputed), (6.0 + turn, True))
                self.assertEqual(len(day.claim_ids), 2 * (turn + 1))


class Passed:
    """A barrier that is met once: who tries again goes through."""

    def __init__(self, barrier):
        self.barrier, self.met = barrier, False

    def wait(self, timeout):
        if not self.met:
            self.met = True
            self.barrier.wait(timeout)
