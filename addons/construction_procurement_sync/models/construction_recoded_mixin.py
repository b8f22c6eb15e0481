# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionRecodedMixin(models.AbstractModel):
    """What lines are coded to: archived, by hand or by event, it leaves open documents behind."""

    _name = "construction.recoded.mixin"
    _description = "Leaves Coded Documents Behind"

    _recoded_kind = None

    def write(self, vals):
        if "active" not in vals:
            return super().write(vals)
        changed = self.filtered(lambda record: record.active != bool(vals["active"]))
        result = super().write(vals)
        if changed:
            lists = self.env["construction.recode"].sudo()
            (lists._back if vals["active"] else lists._archived)(changed.sudo(), self._recoded_kind)
        return result
