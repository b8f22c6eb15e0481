# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    construction_equipment_journal_id = fields.Many2one(
        related="company_id.construction_equipment_journal_id", readonly=False
    )
    construction_equipment_cost_account_id = fields.Many2one(
        related="company_id.construction_equipment_cost_account_id", readonly=False
    )
    construction_equipment_recovery_account_id = fields.Many2one(
        related="company_id.construction_equipment_recovery_account_id", readonly=False
    )
    construction_equipment_due_from_account_id = fields.Many2one(
        related="company_id.construction_equipment_due_from_account_id", readonly=False
    )
    construction_equipment_due_to_account_id = fields.Many2one(
        related="company_id.construction_equipment_due_to_account_id", readonly=False
    )
    construction_equipment_owning_account_ids = fields.Many2many(
        related="company_id.construction_equipment_owning_account_ids", readonly=False
    )
    construction_equipment_unattended = fields.Boolean(
        related="company_id.construction_equipment_unattended", readonly=False
    )
