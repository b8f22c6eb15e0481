# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    """What a company has stored of where machines are; each change is noted."""

    _name = "res.company"
    _inherit = ["res.company", "construction.audited.mixin"]
    _audited = ("construction_positions_off_hours", "construction_positions_of_persons")

    construction_positions_off_hours = fields.Boolean(
        string="Positions Outside Hours of Work",
        help="Store where machines are at any time. Otherwise only in the hours of work of the job that they "
        "are on.",
    )
    construction_positions_of_persons = fields.Boolean(
        string="Positions of Vehicles",
        help="Store where machines are that carry persons, too. Ask the works council and whom it concerns.",
    )
