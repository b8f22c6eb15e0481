# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from .base import AS_MANY, is_quantity
from .decimal_precision import UNIT


class IrQwebFieldFloat(models.AbstractModel):
    _inherit = "ir.qweb.field.float"

    @api.model
    def record_to_html(self, record, field_name, options):
        if "min_precision" not in options and is_quantity(record._fields[field_name]):
            options = {**options, "min_precision": AS_MANY}
        return super().record_to_html(record, field_name, options)

    @api.model
    def value_to_html(self, value, options):
        if options.get("decimal_precision") == UNIT and "min_precision" not in options:
            options = {**options, "min_precision": AS_MANY}
        return super().value_to_html(value, options)
