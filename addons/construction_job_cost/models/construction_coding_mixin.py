# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.construction_base.models.construction_coding_mixin import (
    CODE,
    DISTRIBUTION,
    JOB,
    TYPE,
)


class ConstructionCodingMixin(models.AbstractModel):
    """A line with a job and a code has a type: the one it says, or what is usual for its item or code."""

    _inherit = "construction.coding.mixin"

    def _construction_coding_group(self):
        return super()._construction_coding_group(), self._construction_item().id

    def _construction_item(self):
        """The product of lines that have one, or an empty recordset."""
        return self.product_id[:1] if "product_id" in self._fields else self.env["product.product"]

    def _construction_usual_vals(self, plain, coded):
        coded = super()._construction_usual_vals(plain, coded)
        if coded[TYPE] or not (coded[JOB] and coded[CODE]):
            return coded
        distribution = coded[DISTRIBUTION]
        if len(distribution) > 1 and not self._construction_lacks(TYPE, distribution):
            # split over several types
            return coded
        item = self._construction_item()
        if "product_id" in plain:
            item = self.env["product.product"].browse(plain["product_id"] or ())
        code = self.env["construction.cost.code"].browse(coded[CODE])
        usual = self.env["construction.cost.type"]._construction_usual(item, code)
        return self._construction_recoded_vals(distribution, {TYPE: usual}) if usual else coded

    @api.onchange(JOB, CODE)
    def _onchange_construction_usual_type(self):
        self._construction_fill_type()

    def _construction_fill_type(self):
        """Show in a form the type that a line would be given, once all is there that it follows from."""
        for line in self:
            item, code = line._construction_item(), line[CODE]
            open_to_it = item and code and line[JOB] and not line[TYPE]
            if open_to_it and line._construction_lacks(TYPE, line[DISTRIBUTION]):
                line[TYPE] = self.env["construction.cost.type"]._construction_usual(item, code)
                line._construction_follow_coding()
