# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ConstructionEquipmentDeviceAssignment(models.Model):
    """On which machine a device sat from when until when: worked out of all that is said of it."""

    _name = "construction.equipment.device.assignment"
    _description = "Device on a Machine"
    _no_evidence = "worked out of what was said of the device, which is kept"
    _order = "date_from desc, id desc"
    _rec_name = "device_id"

    device_id = fields.Many2one(
        "construction.equipment.device", required=True, index=True, ondelete="cascade", readonly=True
    )
    equipment_id = fields.Many2one(
        "maintenance.equipment",
        string="Machine",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    company_id = fields.Many2one(related="device_id.company_id", store=True, index=True)
    provider = fields.Char(related="device_id.provider")
    date_from = fields.Datetime(string="From", required=True, readonly=True)
    date_until = fields.Datetime(string="Until", readonly=True, help="Empty: it sits there now.")
    is_current = fields.Boolean(compute="_compute_is_current")

    # a range of one id says equal without an extension of the database
    _one_machine_at_a_time = models.Constraint(
        "EXCLUDE USING gist (int4range(device_id, device_id, '[]') WITH &&,"
        " tsrange(date_from, date_until) WITH &&)",
        "A device sits on one machine at a time.",
    )
    _ends_after_it_begins = models.Constraint(
        "CHECK(date_until IS NULL OR date_until > date_from)",
        "It ends after it begins.",
    )

    @api.depends("date_from", "date_until")
    def _compute_is_current(self):
        now = fields.Datetime.now()
        for part in self:
            part.is_current = part.date_from <= now and (not part.date_until or part.date_until > now)
