# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..lib.day import Clock
from .maintenance_equipment import TRACKS


class MaintenanceEquipment(models.Model):
    """A machine whose hours devices count."""

    # apart from what a machine is: whose word its hours are
    _inherit = "maintenance.equipment"  # pylint: disable=consider-merging-classes-inherited

    meter_device_id = fields.Many2one(
        "construction.equipment.device",
        string="Meter of Record",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        copy=False,
        groups=TRACKS,
        help="The device whose hours count before those of all others.",
    )

    meter_replacement_ids = fields.One2many(
        "construction.equipment.meter.replacement", "equipment_id", string="Replaced Meters", groups=TRACKS
    )

    @api.constrains("meter_device_id")
    def _check_meter_device_id(self):
        for machine in self.sudo().filtered("meter_device_id"):
            if machine not in machine.meter_device_id.assignment_ids.equipment_id:
                raise ValidationError(
                    self.env._(
                        "%(device)s never sat on %(machine)s: say first since when it does.",
                        device=machine.meter_device_id.display_name,
                        machine=machine.display_name,
                    )
                )

    def write(self, vals):
        """Whose word the hours are decides on the days, also on those that are past."""
        if "meter_device_id" not in vals:
            return super().write(vals)
        before = {machine: machine.sudo().meter_device_id for machine in self}
        result = super().write(vals)
        changed = self.filtered(lambda machine: machine.sudo().meter_device_id != before[machine])
        devices = changed.sudo().meter_device_id.union(*(before[machine] for machine in changed))
        self.env["construction.equipment.derivation"]._lock(devices.ids)
        claims = self.env["construction.equipment.claim"].sudo()
        self.env["construction.equipment.day"]._derive_all(claims._rank(changed))
        return result

    def _construction_home_clock(self):
        """When the day of one machine starts while it is on no job, as a lib.day.Clock."""
        self.ensure_one()
        home = self.home_place_id
        if home.job_id:
            return home.job_id._construction_clock()
        return Clock(home.partner_id.tz or self.company_id.partner_id.tz or "UTC")
