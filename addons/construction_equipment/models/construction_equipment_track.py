# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models, tools


class ConstructionEquipmentTrack(models.Model):
    """Where a machine was at a moment, and on which job it stood then: for who runs that job.

    It names no person, and lasts as long as the coordinates of the reading do.
    """

    _name = "construction.equipment.track"
    _inherit = "construction.equipment.position.mixin"
    _description = "Position of a Machine"
    _auto = False
    _order = "at desc, id desc"
    _rec_name = "at"

    at = fields.Datetime(string="Moment", readonly=True)
    equipment_id = fields.Many2one("maintenance.equipment", string="Machine", readonly=True)
    # whoever sees where it was on his job need not see the machine, which may be on another one now
    machine = fields.Char(string="Number", readonly=True)
    job_id = fields.Many2one(
        "project.project", readonly=True, help="The job on which the machine stood at that moment."
    )
    company_id = fields.Many2one("res.company", readonly=True)
    latitude = fields.Float(digits=(9, 6), readonly=True, copy=False, aggregator=None)
    longitude = fields.Float(digits=(9, 6), readonly=True, copy=False, aggregator=None)

    def init(self):
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            """
            CREATE VIEW construction_equipment_track AS
            SELECT reading.id, reading.at, part.equipment_id, transfer.job_id,
                coalesce(machine.equipment_number, machine.name ->> 'en_US') AS machine,
                device.company_id, reading.latitude, reading.longitude
            FROM construction_equipment_reading reading
            JOIN construction_equipment_device device ON device.id = reading.device_id
            JOIN construction_equipment_device_assignment part ON part.device_id = reading.device_id
                AND part.date_from <= reading.at
                AND (part.date_until IS NULL OR reading.at < part.date_until)
            JOIN maintenance_equipment machine ON machine.id = part.equipment_id
            LEFT JOIN construction_equipment_transfer transfer ON transfer.equipment_id = part.equipment_id
                AND transfer.active AND transfer.date_from <= reading.at
                AND (transfer.date_until IS NULL OR reading.at < transfer.date_until)
            WHERE reading.latitude IS NOT NULL AND reading.version = 1
            """
        )
