# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ConstructionEquipmentChargeLine(models.Model):
    """Hours of one status within a charge, and what is paid for them."""

    _name = "construction.equipment.charge.line"
    _description = "Equipment Charge Line"
    _order = "charge_id, id"

    charge_id = fields.Many2one(
        "construction.equipment.charge", required=True, ondelete="cascade", index=True, readonly=True
    )
    currency_id = fields.Many2one(related="charge_id.currency_id")
    status = fields.Selection(
        [
            ("operating", "Operating"),
            ("overtime", "Overtime"),
            ("idle", "Idle"),
            ("standby", "Standby"),
            ("down", "Down"),
            ("minimum", "Minimum"),
        ],
        required=True,
        readonly=True,
    )
    rate_id = fields.Many2one(
        "construction.equipment.rate",
        string="By Rate",
        ondelete="restrict",
        readonly=True,
        index="btree_not_null",
    )
    hours = fields.Float(readonly=True)
    charged = fields.Float(readonly=True, help="Units of the rate's basis that are paid for.")
    rate = fields.Monetary(readonly=True)
    amount = fields.Monetary(readonly=True)
