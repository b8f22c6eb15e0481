# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.errors import InvalidData, UnusableReference
from odoo.addons.construction_sync.lib.keyform import clean


class MasterItemUpserted(models.AbstractModel):
    """An item is a product: goods, tracked in stock only when the event says so."""

    _name = "construction.handler.master.item.upserted"
    _inherit = "construction.master.mixin"
    _description = "Item created or changed"
    _event_type = "master.item.upserted"
    _event_priority = 3
    _master_kind = "item"
    _master_model = "product.product"
    _master_field = "default_code"
    _field_groups = {"hierarchy": ("categ_id",)}

    def _reference_keys(self, data):
        return [
            ("item", data["item"]),
            ("uom", data["uom"]),
            ("category", data.get("category")),
            ("cost_type", data.get("cost_type")),
        ]

    def _prepare_vals(self, work, record):
        data = work.data
        uom = self._apart(work, record, "identity", lambda: self._uom(work, data["uom"]))
        cost_type = self._apart(
            work, record, "identity", lambda: self._cost_type(work, data.get("cost_type"))
        )
        vals = {"name": data["name"], "default_code": clean(data["item"])}
        if data.get("cost_type") and cost_type:
            vals.update(cost_type._construction_item_vals())
        if not record:
            service = cost_type.code in ("LAB", "SUB")
            vals.update(
                uom_id=uom.id,
                type="service" if service else "consu",
                purchase_ok=True,
                sale_ok=False,
                purchase_method="receive",
                company_id=self.env.company.id,
                supplier_taxes_id=[],
                taxes_id=[],
            )
            if self._keeps_stock():
                vals["is_storable"] = bool(data.get("stocked")) and not service
        else:
            if uom:
                self._check_kept_unit(work, record, uom)
            vals.update(self._stocked(work, record))
        if data.get("category"):
            category = self._apart(work, record, "hierarchy", lambda: self._category(work, data["category"]))
            if category:
                vals["categ_id"] = category.id
        return vals

    def _keeps_stock(self):
        """Whether Odoo's Inventory is installed, which tracks what is stocked."""
        return "is_storable" in self.env[self._master_model]._fields

    def _stocked(self, work, record):
        """Whether an item that is there is tracked in stock, where the event speaks of it."""
        stocked = work.data.get("stocked")
        if stocked is None or not self._keeps_stock():
            return {}
        if stocked and record.type != "consu":
            work.note(
                self.env._(
                    "%s is a service here, and no service is stocked: that it is was left aside.",
                    record.display_name,
                )
            )
            return {}
        return {"is_storable": stocked}

    def _fields_left(self):
        left = super()._fields_left()
        if not self._keeps_stock():
            left |= {"stocked"}
        if not self.env["construction.cost.type"]._construction_item_vals():
            left |= {"cost_type"}
        return left

    def _check_kept_unit(self, work, record, uom):
        """:raises InvalidData: where who owns the item says a unit that it cannot be kept in"""
        if record.uom_id == uom:
            return
        words = {"item": record.display_name, "kept": record.uom_id.name, "given": uom.name}
        measurable = record.uom_id._has_common_reference(uom)
        if not measurable and self._may_write(work, record, "identity", clean(work.data["item"])):
            raise InvalidData(
                self.env._("%(item)s is kept in %(kept)s and cannot change to %(given)s.", **words), "/uom"
            )
        # another's unit is no reason to hear nothing of what else it says
        work.note(
            self.env._(
                "%(item)s is kept in %(kept)s: the unit %(given)s was left aside, for it cannot change.",
                **words,
            )
        )

    def _remarks(self, work, record, group):
        uom = self._apart(work, record, group, lambda: self._uom(work, work.data["uom"]))
        if group != "identity" or not uom or record.uom_id == uom:
            return super()._remarks(work, record, group)
        label = record._fields["uom_id"]._description_string(self.env)
        return [(label, record.uom_id.name, self.env._("%s: left aside, it cannot change", uom.name))]

    def _category(self, work, name):
        """The category that a person mapped the name to, or the one that has it: never a guess."""
        sentence = self.env._(
            "Item %(item)s is of category %(category)s, which is not known here by exactly this name. Create "
            "it, or map the name to one.",
            item=work.data["item"],
            category=name,
        )
        domain = [("complete_name", "=", name)]
        return self._mapped_or_named(work, "category", name, "product.category", domain, sentence)

    def _existing_record(self, work, key):
        """A product that bears the number of an item is most likely that item: a person decides."""
        product = self._find_existing(work, key)
        if not product:
            return product
        raise UnusableReference(
            "taken",
            "item",
            key,
            "product.product",
            self.env._(
                "Item %(key)s is new, but %(record)s has its number already. If they are one, map the key "
                "to it; otherwise change the number of one of them, and replay.",
                key=key,
                record=product.display_name,
            ),
            record=product,
        )

    def _existing_domain(self, keys):
        return [(self._master_field, "in", keys), ("company_id", "in", [False, self.env.company.id])]
