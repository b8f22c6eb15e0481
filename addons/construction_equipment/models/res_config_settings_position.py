# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    # apart from the accounts of journal batches
    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    construction_positions_off_hours = fields.Boolean(
        related="company_id.construction_positions_off_hours", readonly=False
    )
    construction_positions_of_persons = fields.Boolean(
        related="company_id.construction_positions_of_persons", readonly=False
    )
    construction_position_days = fields.Integer(
        string="Coordinates Kept (days)",
        config_parameter="construction_equipment.position_days",
        default=90,
        help="After so many days only the place is kept.",
    )
