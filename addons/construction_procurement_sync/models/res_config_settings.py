# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    construction_currency_id = fields.Many2one(related="company_id.currency_id", string="Tolerance Currency")
    construction_bill_autopost = fields.Boolean(
        related="company_id.construction_bill_autopost", readonly=False
    )
    construction_line_percent = fields.Float(related="company_id.construction_line_percent", readonly=False)
    construction_line_amount = fields.Monetary(
        related="company_id.construction_line_amount",
        readonly=False,
        currency_field="construction_currency_id",
    )
    construction_bill_percent = fields.Float(related="company_id.construction_bill_percent", readonly=False)
    construction_bill_amount = fields.Monetary(
        related="company_id.construction_bill_amount",
        readonly=False,
        currency_field="construction_currency_id",
    )
    construction_quantity_percent = fields.Float(
        related="company_id.construction_quantity_percent", readonly=False
    )
    construction_quantity_amount = fields.Float(
        related="company_id.construction_quantity_amount", readonly=False
    )
    construction_freight_percent = fields.Float(
        related="company_id.construction_freight_percent", readonly=False
    )
    construction_freight_amount = fields.Monetary(
        related="company_id.construction_freight_amount",
        readonly=False,
        currency_field="construction_currency_id",
    )
    construction_hold_unordered = fields.Boolean(
        related="company_id.construction_hold_unordered", readonly=False
    )
    construction_compliance_policy = fields.Selection(
        related="company_id.construction_compliance_policy", readonly=False
    )
    construction_compliance_kinds = fields.Char(
        related="company_id.construction_compliance_kinds", readonly=False
    )
    construction_compliance_days = fields.Integer(
        related="company_id.construction_compliance_days", readonly=False
    )
