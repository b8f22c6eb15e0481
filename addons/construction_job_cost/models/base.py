# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from .decimal_precision import UNIT

# as many digits as a quantity has, and no zeros after them: the web client and printed papers take it so
AS_MANY = -1


class Base(models.AbstractModel):
    _inherit = "base"

    def fields_get(self, allfields=None, attributes=None):
        """A quantity is shown as a person writes it: 60 and not 60.00000, however many digits it has."""
        result = super().fields_get(allfields, attributes)
        if attributes is None or "min_display_digits" in attributes:
            for name, description in result.items():
                if is_quantity(self._fields.get(name)):
                    description["min_display_digits"] = AS_MANY
        return result


def is_quantity(field):
    """Whether a field has the digits of a quantity, and says nothing else of how it is shown."""
    return (
        field is not None
        and field.type == "float"
        and getattr(field, "_digits", None) == UNIT
        and getattr(field, "_min_display_digits", None) is None
    )
