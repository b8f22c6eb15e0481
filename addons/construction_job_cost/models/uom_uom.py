# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..lib import quantity


class UomUom(models.Model):
    """The one way in which quantities are said in another unit, and compared."""

    _inherit = "uom.uom"

    def _construction_digits(self):
        return self.env["decimal.precision"].precision_get("Product Unit")

    def _construction_said_in(self, value, unit):
        """A quantity of this unit said in another: a Decimal that is not rounded."""
        if not self or not unit or self == unit:
            return quantity.exact(value)
        self.ensure_one()
        return quantity.converted(value, self.factor, unit.factor)

    def _construction_words(self, value):
        """A quantity of this unit in a sentence, such as “60 t”."""
        return f"{quantity.exact(value).normalize():f} {self.name or ''}".strip()

    def _construction_slack(self, others=None):
        """By how much quantities of this unit may differ and be the same.

        :param others: the units in which they are kept, where those are others
        """
        factors = others.mapped("factor") if others else ()
        return quantity.slack(self._construction_digits(), self.factor or 1, *factors)

    def _construction_compare(self, first, second, others=None):
        """-1, 0 or 1, as the first quantity of this unit is less than the second, the same, or more."""
        return quantity.compare(first, second, self._construction_slack(others))
