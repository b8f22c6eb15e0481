# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.lib.keys import document_key


class ConstructionNamedTrulyMixin(models.AbstractModel):
    """Whether a document that a person corrected before names, as it comes again, what is there by now."""

    # apart from what the handlers share: what is meant by a name and whether it is there are two ideas
    _inherit = "construction.procurement.mixin"  # pylint: disable=consider-merging-classes-inherited
    _document_references = ("order", "job", "supplier")
    _document_names = ("order_line",)
    _document_figures = {"uom": ("quantity", "unit_price")}

    def _is_there(self, work, name):
        if name == "kind":
            # an invoice is one as well as a credit note
            return True
        if name == "order":
            return any(
                order.state != "cancel" and self._fits_party(work, order)
                for order in self._orders_as_named(work)
            )
        if not super()._is_there(work, name):
            return False
        orders = self._orders_as_named(work) if name == "supplier" else ()
        supplier = self._ref_of(work, "supplier", "res.partner").sudo().commercial_partner_id
        return not orders or supplier in orders.partner_id.commercial_partner_id

    def _orders_as_named(self, work):
        """The orders that bear the number which a message names."""
        number = work.data.get("order")
        entries = self._entries_of_number(work, document_key(number)) if number else ()
        return self.env["purchase.order"].sudo().browse([item.res_id for item in entries]).exists()
