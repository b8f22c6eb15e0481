# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class FakeCodedLine(models.Model):
    _name = "fake.coded.line"
    _description = "Fake Coded Line"
    _inherit = ["analytic.mixin", "construction.coding.mixin"]

    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
