# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from datetime import datetime

from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import tagged

from .common import ANOMALY, MACHINE, READING, EquipmentCommon

KIND = "equipment.readings.recorded"
HERE = {"latitude": "46.781357", "longitude": -92.104213}
WHERE = ("46.781357", "92.104213")


class PositionCommon(EquipmentCommon):
    """A machine with a device, and readings with positions of a Monday in March."""

    def set_up_once(self):
        super().set_up_once()
        self.digger = self.record(self.say_machine("EX-12"), MACHINE)
        self.sits("D-1", "EX-12", "2026-03-01")

    def sits(self, device, machine, since):
        self.send(
            self.field,
            "equipment.device.assigned",
            device,
            {"provider": "trackunit", "device": device, "equipment": machine, "from": f"{since}T00:00:00Z"},
        )

    def reading(self, hour=9, device="D-1", day=2, **said):
        at = said.pop("at", f"2026-03-{day:02}T{hour:02}:00:00Z")
        meter = str(5000 + 24 * day + hour)
        said = {"device": device, "at": at, "origin": "telematics", "meter_hours": meter, **HERE, **said}
        return {name: value for name, value in said.items() if value is not None}

    def page(self, *readings, page="P-1", **attributes):
        data = {"provider": "trackunit", "page": page, "readings": list(readings)}
        return self.send(self.field, KIND, page, data, **attributes)

    def stored(self, device="D-1"):
        return self.env[READING].search([("device_id.name", "=", device)], order="at, version")

    def take_out(self):
        self.env.flush_all()
        redaction = self.env["construction.redaction"]
        for step in (redaction._take_out_due, redaction._take_out_due_bodies):
            last = 0
            while last is not None:
                last, _count = step(last)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestPositionPrivacy(PositionCommon):
    """Where a machine was lies in its readings, and nowhere else."""

    def test_taken_out_of_what_came(self):
        message = self.page(self.reading(9), self.reading(10, at="missing"), event_id="e-1")
        self.assertState(message, "done")
        self.take_out()
        self.assertTrue(message.redacted_at and message.delivery_id.redacted_at)
        self.assertEqual(self.stored().latitude, 46.781357)
        for text in (message.data, message.delivery_id._body().decode()):
            for part in WHERE:
                self.assertNotIn(part, text)
        # the same again, as a delivery, as a page and as readings of another
        self.page(self.reading(9), page="P-2")
        self.assertEqual(len(self.stored()), 1)
        self.assertFalse(self.env[ANOMALY].search([("kind", "=", "version")]))

    def test_no_table_says_where(self):
        """Of all that is written for a page, whatever becomes of it."""
        bad = [
            self.reading(10, latitude="46.781357°N"),
            self.reading(11, longitude="-192104213"),
            self.reading(12, latitude="46,781357"),
            self.reading(9, meter_hours="1"),
            self.reading(13, at="0001-01-01T00:00:00Z"),
            self.reading(14, device="missing"),
        ]
        message = self.page(self.reading(9), *bad)
        self.assertState(message, "done")
        self.assertGreater(len(self.env[ANOMALY].search([])), 4)
        self.take_out()
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND table_type = 'BASE TABLE' AND table_name <> 'construction_equipment_reading'"
        )
        for (table,) in self.env.cr.fetchall():
            self.env.cr.execute(
                f'SELECT count(*) FROM "{table}" t'  # pylint: disable=sql-injection
                " WHERE t::text LIKE ANY(%s)",
                [[f"%{part}%" for part in ("46.781357", "46,781357", "104213")]],
            )
            self.assertFalse(self.env.cr.fetchone()[0], table)

    def test_the_log_says_nothing(self):
        readings = self.env[READING]
        said = (*[None] * 5, 46.781357, -92.104213)
        line = readings._line((10**9, datetime(2026, 3, 2)), 1, (said, "telematics", 1))
        with self.assertNoLogs("odoo.sql_db", logging.ERROR), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                readings._insert([line])

    def test_forgotten_positions_do_not_come_back_as_other_figures(self):
        self.page(self.reading(9), self.reading(10))
        days = (fields.Datetime.now() - datetime(2026, 3, 2)).days
        self.env["ir.config_parameter"].set_param("construction_equipment.position_days", str(days - 5))
        self.env[READING]._forget_positions()
        self.assertEqual(self.stored().mapped("latitude"), [0, 0])
        self.page(self.reading(9), page="P-2")
        self.page(self.reading(10, latitude=None, longitude=None), page="P-3")
        self.assertEqual(self.stored().mapped("version"), [1, 1])
        self.assertEqual(self.stored().mapped("latitude"), [0, 0])

    def test_elsewhere_at_one_moment_is_told(self):
        self.page(self.reading(9))
        self.page(self.reading(9, latitude="46.9"), page="P-2")
        self.assertEqual(self.stored().mapped("version"), [1, 2])
