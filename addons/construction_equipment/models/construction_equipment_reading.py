# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, split_every

from ..lib.fence import EARTH

FIGURES = ("meter_hours", "operating_hours", "idle_hours", "fuel_used", "distance")
COLUMNS = ("device_id", "at", "version", *FIGURES, "latitude", "longitude", "origin", "message_id")
# coordinates are personal data
POSITIONS = "construction_equipment.group_equipment_manager"
DAYS = "construction_equipment.position_days"
AT_ONCE = 50000
INSERTED_AT_ONCE = 2000


def _plain(values):
    """Figures as they are compared: Odoo reads decimals of the database as floats."""
    return tuple(None if value is None else float(value) for value in values)


def agree(one, other):
    """Whether two say the same: figures, and where it was, unless one of them does not (any more)."""
    one, other = _plain(one), _plain(other)
    count = len(FIGURES)
    return one[:count] == other[:count] and (
        one[count:] == other[count:] or None in (one[count], other[count])
    )


class ConstructionEquipmentReading(models.Model):
    """What a device said at a moment, as it was said: by the million, appended and never changed."""

    _name = "construction.equipment.reading"
    _inherit = "construction.equipment.position.mixin"
    _description = "Equipment Reading"
    _no_evidence = "what was said is forgotten by policy, its positions first"
    _order = "at desc, device_id, version"
    _log_access = False
    _rec_name = "at"

    device_id = fields.Many2one(
        "construction.equipment.device", required=True, ondelete="restrict", readonly=True
    )
    at = fields.Datetime(string="Moment", required=True, readonly=True)
    version = fields.Integer(
        required=True,
        default=1,
        readonly=True,
        help="1 stands; more are other figures that came for the same moment.",
    )
    meter_hours = fields.Float(digits=(12, 3), readonly=True)
    operating_hours = fields.Float(digits=(12, 3), readonly=True)
    idle_hours = fields.Float(digits=(12, 3), readonly=True)
    fuel_used = fields.Float(string="Fuel Used (l)", digits=(12, 3), readonly=True)
    distance = fields.Float(string="Distance (km)", digits=(12, 3), readonly=True)
    latitude = fields.Float(digits=(9, 6), readonly=True, copy=False, aggregator=None, groups=POSITIONS)
    longitude = fields.Float(digits=(9, 6), readonly=True, copy=False, aggregator=None, groups=POSITIONS)
    place_id = fields.Many2one(
        "construction.equipment.place",
        ondelete="set null",
        readonly=True,
        groups=POSITIONS,
        help="In whose circle it was, once its coordinates are forgotten.",
    )
    origin = fields.Selection(
        [("telematics", "Telematics"), ("rental", "Rental"), ("manual", "Manual")],
        required=True,
        readonly=True,
    )
    message_id = fields.Integer(readonly=True, help="The message that brought it, as long as that is kept.")
    equipment_id = fields.Many2one(
        "maintenance.equipment",
        string="Machine",
        compute="_compute_equipment_id",
        search="_search_equipment_id",
        help="On which its device sat at that moment.",
    )

    _said_once = models.UniqueIndex("(device_id, at, version)", "This reading is here already.")
    _at_index = models.Index("USING brin (at)")
    # those that have a position still: tracks by time, and what is to be forgotten
    _position_index = models.Index("(at) WHERE latitude IS NOT NULL")

    @api.depends(
        "at",
        *(f"device_id.assignment_ids.{name}" for name in ("equipment_id", "date_from", "date_until")),
    )
    def _compute_equipment_id(self):
        for reading in self:
            reading.equipment_id = reading.device_id._machine_at(reading.at)

    @api.model
    def _search_equipment_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        condition = SQL("part.equipment_id = ANY(%s)", [item for item in value if item])
        if False in value:
            condition = SQL("(%s OR part.id IS NULL)", condition)
        found = SQL(
            "(SELECT reading.id FROM construction_equipment_reading reading"
            " LEFT JOIN construction_equipment_device_assignment part ON part.device_id = reading.device_id"
            " AND part.date_from <= reading.at AND (part.date_until IS NULL OR reading.at < part.date_until)"
            " WHERE %s)",
            condition,
        )
        return [("id", "in", found)]

    @api.model_create_multi
    def create(self, vals_list):
        self._check_by_event()
        return super().create(vals_list)

    def write(self, vals):
        self._check_by_event()
        return super().write(vals)

    @api.model
    def _check_by_event(self):
        if not self.env.su:
            raise AccessError(self.env._("Readings come by event, and stay as they came."))

    # ---- storing -----------------------------------------------------------------------

    @api.model
    def _store(self, rows):
        """Keep readings, by few statements whatever their number.

        :param rows: {(device id, moment): [(figures and position, origin, message id)]}, several of one
            moment where they differ
        :return: (keys of those that are new, values by ``COLUMNS`` of those that say otherwise than what is
            known of that moment)
        """
        first = [self._line(key, 1, said[0]) for key, said in rows.items()]
        made = self._insert(first)
        rest = {key: said[1:] if key in made else said for key, said in rows.items()}
        rest = {key: said for key, said in rest.items() if said}
        known = self._known(rest)
        others = []
        for key, said in rest.items():
            versions = known[key]
            for values, origin, message in said:
                if any(agree(values, known) for known in versions.values()):
                    continue
                version = max(versions) + 1
                versions[version] = _plain(values)
                others.append(self._line(key, version, (values, origin, message)))
        self._insert(others)
        self.invalidate_model()
        return made, others

    def _line(self, key, version, said):
        values, origin, message = said
        return (*key, version, *values, origin, message)

    def _insert(self, lines):
        """:return: the keys of those that were not there"""
        if not lines:
            return set()
        made = set()
        for part in split_every(INSERTED_AT_ONCE, lines):
            self.env.cr.execute(
                f"INSERT INTO construction_equipment_reading ({', '.join(COLUMNS)})"
                f" VALUES {', '.join(['%s'] * len(part))}"
                " ON CONFLICT (device_id, at, version) DO NOTHING RETURNING device_id, at",
                part,
                # which would quote where machines were
                log_exceptions=False,
            )
            made.update(self.env.cr.fetchall())
        return made

    def _known(self, keys):
        """What is stored of moments: {(device id, moment): {version: figures and position}}."""
        found = {key: {} for key in keys}
        if not found:
            return found
        names = SQL(", ").join(map(SQL.identifier, (*FIGURES, "latitude", "longitude")))
        devices, moments = zip(*found, strict=True)
        self.env.cr.execute(
            SQL(
                "SELECT device_id, at, version, %s FROM construction_equipment_reading"
                " JOIN unnest(%s::int[], %s::timestamp[]) AS wanted(device, moment)"
                " ON device_id = device AND at = moment",
                names,
                list(devices),
                list(moments),
            )
        )
        for device, moment, version, *values in self.env.cr.fetchall():
            found[device, moment][version] = _plain(values)
        return found

    @api.model
    def _swap(self, device, moment, version):
        """Have another version of a moment be the one that stands."""
        self.env.cr.execute(
            SQL(
                "UPDATE construction_equipment_reading SET version = -version"
                " WHERE device_id = %(device)s AND at = %(moment)s AND version IN (1, %(version)s)",
                device=device.id,
                moment=moment,
                version=version,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE construction_equipment_reading SET version = %(version)s + 1 + version"
                " WHERE device_id = %(device)s AND at = %(moment)s AND version < 0",
                device=device.id,
                moment=moment,
                version=version,
            )
        )
        self.invalidate_model()
        self.env["construction.equipment.derivation"].sudo()._again({device.id: (moment, moment)})

    def action_open_message(self):
        """Open the message that brought this reading, as long as it is kept."""
        self.ensure_one()
        message = self.env["construction.message"].search([("id", "=", self.message_id)])
        if not message:
            raise UserError(self.env._("The message that brought it is not kept any more."))
        return message.get_formview_action()

    # ---- positions ---------------------------------------------------------------------

    @api.model
    def _position_days(self):
        return int(self.env["ir.config_parameter"].sudo().get_param(DAYS, 90))

    @api.model
    def _forget_positions_of(self, machines):
        """Take out where machines were, with the place."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE construction_equipment_reading reading"
                " SET latitude = NULL, longitude = NULL, place_id = NULL"
                " FROM construction_equipment_device_assignment part"
                " WHERE part.equipment_id = ANY(%s) AND part.device_id = reading.device_id"
                " AND part.date_from <= reading.at"
                " AND (part.date_until IS NULL OR reading.at < part.date_until)"
                " AND (reading.latitude IS NOT NULL OR reading.place_id IS NOT NULL)",
                machines.ids,
            )
        )
        self.invalidate_model()

    @api.model
    def _cron_forget_positions(self):
        more = self._forget_positions()
        self.env["ir.cron"]._commit_progress(processed=1, remaining=int(more))

    @api.model
    def _forget_positions(self):
        """Take old coordinates out, and keep the place: that of the smallest circle they were in.

        :return: whether there are more
        """
        days = self._position_days()
        self.env["construction.equipment.place"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE construction_equipment_reading reading
                SET latitude = NULL, longitude = NULL, place_id = (
                    SELECT place.id FROM construction_equipment_place place
                    JOIN construction_equipment_device device ON device.id = reading.device_id
                    WHERE place.company_id = device.company_id AND place.radius > 0
                    AND %(earth)s * 2 * asin(least(1, sqrt(
                        sin(radians(place.latitude - reading.latitude) / 2) ^ 2
                        + cos(radians(reading.latitude)) * cos(radians(place.latitude))
                        * sin(radians(place.longitude - reading.longitude) / 2) ^ 2
                    ))) <= place.radius
                    ORDER BY place.radius, place.id LIMIT 1
                )
                WHERE id IN (
                    SELECT id FROM construction_equipment_reading
                    WHERE at < now() AT TIME ZONE 'UTC' - make_interval(days => %(days)s)
                    AND latitude IS NOT NULL ORDER BY at LIMIT %(most)s
                )
                """,
                earth=EARTH,
                days=days,
                most=AT_ONCE,
            )
        )
        more = self.env.cr.rowcount == AT_ONCE
        self.invalidate_model()
        return more
