# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.construction_sync.models.construction_event_handler import at_work


class PurchaseOrderLineAgreed(models.Model):
    """What was agreed with a supplier outside stays, whatever Odoo would compute for a line.

    Odoo proposes a price, a discount, a date and a description anew from the supplier's price list when
    quantity, unit or supplier of a line change. What an event brought is no proposal: only an event, or
    a person who types another figure, changes it.
    """

    # apart from the line: what is ordered and what of it is agreed are two ideas
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    construction_agreed = fields.Boolean(
        string="Price Agreed",
        readonly=True,
        copy=False,
        help="Price and date came with the order from another system: Odoo proposes no others.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Keep the prices that a remote call or an import says, as those that are typed in a form.

        Odoo takes a price that comes without a proposal for its own, and proposes another one when the
        quantity changes.
        """
        said = [bool(vals.get("price_unit") and not vals.get("technical_price_unit")) for vals in vals_list]
        lines = super().create(vals_list)
        if any(said) and not self.env.su and not at_work(self.env):
            typed = lines.browse(line.id for line, price in zip(lines, said, strict=True) if price)
            models.BaseModel.write(typed, {"technical_price_unit": 0.0})
        return lines

    def _construction_is_agreed(self):
        """Whether the line still orders what was agreed: with another product nothing was."""
        self.ensure_one()
        origin = self._origin
        return origin.construction_agreed and origin.product_id == self.product_id

    def _compute_price_unit_and_date_planned_and_name(self):
        agreed = self.filtered(lambda line: line._construction_is_agreed())
        for line in agreed:
            line._construction_follow_unit()
        return super(PurchaseOrderLineAgreed, self - agreed)._compute_price_unit_and_date_planned_and_name()

    def _construction_follow_unit(self):
        """In a form, the agreed price of another unit, unless a person has typed one."""
        origin = self._origin
        known = (origin.price_unit, self.technical_price_unit)
        if not self.product_uom_id or self == origin or self.price_unit not in known:
            return
        price = origin.product_uom_id._compute_price(origin.price_unit, self.product_uom_id)
        if self.price_unit != price:
            self.price_unit = self.technical_price_unit = price

    def write(self, vals):
        unit = vals.get("product_uom_id")
        if not unit or "price_unit" in vals:
            return super().write(vals)
        result, unit = True, self.env["uom.uom"].browse(unit)
        # the same price, said of another unit
        moved = self.filtered(lambda line: line.construction_agreed and line.product_uom_id != unit)
        rest = self - moved
        with self.order_id._construction_changed_together():
            for line in moved:
                price = line.product_uom_id._compute_price(line.price_unit, unit)
                result = super(PurchaseOrderLineAgreed, line).write({**vals, "price_unit": price})
            return super(PurchaseOrderLineAgreed, rest).write(vals) if rest else result
