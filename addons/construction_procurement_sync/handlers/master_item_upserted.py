# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.exceptions import InvalidData


class MasterItemUpserted(models.AbstractModel):
    """An item is a product: goods, tracked in stock only when the event says so."""

    _name = "construction.handler.master.item.upserted"
    _inherit = "construction.master.mixin"
    _description = "Item created or changed"
    _event_type = "master.item.upserted"
    _event_priority = 3
    _master_kind = "item"
    _master_model = "product.product"

    def _reference_keys(self, data):
        return [
            ("item", data["item"]),
            ("uom", data["uom"]),
            ("category", data.get("category")),
            ("cost_type", data.get("cost_type")),
        ]

    def _prepare_vals(self, work, record):
        data = work.data
        uom = self._uom(work, data["uom"])
        cost_type = self._cost_type(work, data.get("cost_type"))
        service = cost_type.code in ("LAB", "SUB")
        vals = {"name": data["name"], "default_code": data["item"]}
        if not record:
            vals.update(
                uom_id=uom.id,
                type="service" if service else "consu",
                is_storable=bool(data.get("stocked")) and not service,
                purchase_ok=True,
                sale_ok=False,
                purchase_method="receive",
                company_id=self.env.company.id,
                supplier_taxes_id=[],
                taxes_id=[],
            )
        elif not record.uom_id._has_common_reference(uom):
            raise InvalidData(
                self.env._(
                    "%(item)s is kept in %(kept)s and cannot change to %(given)s.",
                    item=record.display_name,
                    kept=record.uom_id.name,
                    given=uom.name,
                ),
                "/uom",
            )
        category = data.get("category") and self._category(work, data["category"])
        if category:
            vals["categ_id"] = category.id
        return vals

    def _category(self, work, name):
        category = self._ref(work, "category", name, model="product.category", required=False)
        return category or self.env["product.category"].search([("complete_name", "=ilike", name)], limit=1)
