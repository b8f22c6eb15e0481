# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.tools import SQL

from ..lib import derive, precedence
from .maintenance_equipment import TRACKS

KEY = ("device_id", "reading_origin", "equipment_id", "date", "job_id")
MEASURED = ("measured", "figures", "estimated", "questioned", "origin", "key")


class ConstructionEquipmentClaim(models.Model):
    """What the readings of one device say of a machine-day: one statement, which follows from them."""

    # apart from what somebody says of a day
    _inherit = "construction.equipment.claim"  # pylint: disable=consider-merging-classes-inherited

    device_id = fields.Many2one(
        "construction.equipment.device",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
        groups=TRACKS,
    )
    reading_origin = fields.Char(readonly=True, help="Where its readings come from.")
    measured = fields.Json(
        readonly=True,
        help="By figure: millionths of an hour that count and that are estimated, and microseconds that are "
        "covered and that are questioned. They are added up whatever reading comes first.",
    )
    estimated = fields.Boolean(
        readonly=True, help="The meter rose while nothing was read for long: nobody knows on which day."
    )
    questioned = fields.Boolean(readonly=True, help="Since a spike that nobody has decided on.")

    _one_of_a_device = models.UniqueIndex(
        "(device_id, reading_origin, equipment_id, date, COALESCE(job_id, 0)) WHERE device_id IS NOT NULL",
        "A device says one thing of a machine-day.",
    )

    @api.model
    def _measure(self, changes):
        """Add to what devices say of machine-days.

        :param changes: {key: {figure: numbers of lib.derive}}, keys by ``KEY``
        :return: (machine, date) of those that say something else than before
        """
        known = self._measured(changes)
        wanted = {}
        for key, figures in changes.items():
            measured = {name: tuple(numbers) for name, numbers in (known.get(key) or {}).items()}
            for name, numbers in figures.items():
                derive.add(measured, name, numbers)
            wanted[key] = measured
        return self._write_measured(wanted, known)

    @api.model
    def _write_measured(self, wanted, known):
        """Have devices say just this of machine-days.

        :param wanted: {key: {figure: numbers}}; where nothing is covered, they say nothing
        :param known: what is there: {key: {figure: numbers}}
        """
        wanted = {
            key: {name: list(numbers) for name, numbers in measured.items() if numbers[derive.COVERED]}
            for key, measured in wanted.items()
        }
        changed = {key: measured for key, measured in wanted.items() if measured != (known.get(key) or {})}
        self._forget([key for key, measured in changes_of(changed, False)])
        self._write_lines([(key, measured) for key, measured in changes_of(changed, True)])
        self.invalidate_model()
        return {(key[2], key[3]) for key in changed}

    def _measured(self, keys):
        """What is there of these keys: {key: {figure: numbers}}."""
        if not keys:
            return {}
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT claim.device_id, claim.reading_origin, claim.equipment_id, claim.date, claim.job_id,"
                " claim.measured FROM construction_equipment_claim claim"
                " JOIN unnest(%s::int[], %s::text[], %s::int[], %s::date[], %s::int[])"
                " AS wanted(device, origin, machine, day, job)"
                " ON device_id = device AND reading_origin = wanted.origin AND equipment_id = machine"
                " AND date = day AND COALESCE(job_id, 0) = COALESCE(job, 0)",
                *map(list, zip(*keys, strict=True)),
            )
        )
        return {tuple(key): measured for *key, measured in self.env.cr.fetchall()}

    @api.model
    def _measured_between(self, ranges):
        """What devices say between dates: {key: {figure: numbers}}.

        :param ranges: {(device id, origin): (first, last)}
        """
        if not ranges:
            return {}
        self.flush_model()
        keys = [(*whose, *span) for whose, span in ranges.items()]
        self.env.cr.execute(
            SQL(
                "SELECT device_id, reading_origin, equipment_id, date, job_id, measured"
                " FROM construction_equipment_claim"
                " JOIN unnest(%s::int[], %s::text[], %s::date[], %s::date[])"
                " AS wanted(device, origin, first, last) ON device_id = device"
                " AND reading_origin = wanted.origin AND date BETWEEN first AND last",
                *map(list, zip(*keys, strict=True)),
            )
        )
        return {tuple(key): measured for *key, measured in self.env.cr.fetchall()}

    @api.model
    def _rank(self, machines):
        """Have what devices say of machines rank by whose meter is of record. :return: (machine id, date)"""
        machines.flush_recordset()
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE construction_equipment_claim claim SET origin = said.rank FROM ("
                " SELECT found.id, CASE WHEN found.device_id = machine.meter_device_id THEN %s"
                " ELSE found.reading_origin END AS rank FROM construction_equipment_claim found"
                " JOIN maintenance_equipment machine ON machine.id = found.equipment_id"
                " WHERE machine.id = ANY(%s) AND found.device_id IS NOT NULL"
                ") AS said WHERE claim.id = said.id AND claim.origin <> said.rank"
                " RETURNING claim.equipment_id, claim.date",
                precedence.METER_OF_RECORD,
                machines.ids,
            )
        )
        self.invalidate_model()
        return set(self.env.cr.fetchall())

    def _forget(self, keys):
        if not keys:
            return
        self.env.cr.execute(
            SQL(
                "DELETE FROM construction_equipment_claim"
                " USING unnest(%s::int[], %s::text[], %s::int[], %s::date[], %s::int[])"
                " AS gone(device, gone_origin, machine, day, job)"
                " WHERE device_id = device AND reading_origin = gone_origin AND equipment_id = machine"
                " AND date = day AND COALESCE(job_id, 0) = COALESCE(job, 0)",
                *map(list, zip(*keys, strict=True)),
            )
        )

    def _write_lines(self, pairs):
        if not pairs:
            return
        machines = self.env["maintenance.equipment"].sudo().browse({key[2] for key, _measured in pairs})
        devices = self.env["construction.equipment.device"].sudo().browse({key[0] for key, _ in pairs})
        machines.fetch(["company_id", "meter_device_id"])
        devices.fetch(["provider", "name"])
        machines = {machine.id: (machine.company_id.id, machine.meter_device_id.id) for machine in machines}
        devices = {device.id: f"{device.provider}/{device.name}" for device in devices}
        lines = [
            self._prepare_line(key, measured, devices[key[0]], *machines[key[2]]) for key, measured in pairs
        ]
        columns = (*KEY, *MEASURED, "company_id", "said_at", "version", "create_uid", "write_uid")
        updated = ", ".join(f"{name} = EXCLUDED.{name}" for name in (*MEASURED, "write_uid"))
        self.env.cr.execute_values(
            f"INSERT INTO construction_equipment_claim ({', '.join(columns)}, create_date, write_date)"
            " VALUES %s ON CONFLICT (device_id, reading_origin, equipment_id, date, COALESCE(job_id, 0))"
            f" WHERE device_id IS NOT NULL DO UPDATE SET {updated}, write_date = EXCLUDED.write_date",
            lines,
            template=f"({', '.join(['%s'] * len(columns))}, now(), now())",
            page_size=2000,
        )

    def _prepare_line(self, key, measured, words, company, of_record):
        """Values of one row by its columns.

        :param words: which device it is
        :param of_record: id of the machine's meter of record
        """
        device, origin, _machine, date, _job = key
        figures, estimated, questioned = derive.said(measured)
        rank = precedence.METER_OF_RECORD if of_record == device else origin
        said = (Json(measured), Json(figures), estimated, questioned, rank, f"{words}/{origin}")
        # of the day, and not of when it was read: the order of arrival does not matter
        moment = fields.Datetime.to_datetime(date)
        return (*key, *said, company, moment, 0, self.env.uid, self.env.uid)


def changes_of(changed, there):
    """Those of {key: measured} of which something is left, or nothing, in the order of their keys."""
    found = [(key, measured) for key, measured in changed.items() if bool(measured) is there]
    return sorted(found, key=lambda pair: (*pair[0][:4], pair[0][4] or 0))
