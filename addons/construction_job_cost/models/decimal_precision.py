# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError

UNIT = "Product Unit"
# a kilogram of an order in tonnes, and a millimetre of one in kilometres to the nearest ten
DIGITS = 5


class DecimalPrecision(models.Model):
    """Quantities have so many digits that what comes in a small unit counts in a large one."""

    _inherit = "decimal.precision"

    @api.model
    def _construction_raise_digits(self):
        """Raise the digits of units to what receipts in other units need; more stay as they are."""
        precision = self.sudo().search([("name", "=", UNIT)])
        if not precision:
            self.sudo().create({"name": UNIT, "digits": DIGITS})
        elif precision.digits < DIGITS:
            precision.digits = DIGITS

    def write(self, vals):
        mine = self.filtered(lambda precision: precision.name == UNIT)
        if mine and (vals.get("digits", DIGITS) < DIGITS or vals.get("name", UNIT) != UNIT):
            raise UserError(self._construction_fewer_sentence())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_unit(self):
        if UNIT in self.mapped("name"):
            raise UserError(self._construction_fewer_sentence())

    def _construction_fewer_sentence(self):
        return self.env._(
            "“Product Unit” keeps at least %s digits: with fewer, what is delivered in kilograms of an order "
            "in tonnes would be rounded away.",
            DIGITS,
        )
