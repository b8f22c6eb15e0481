# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_job_cost.lib.quantity import exact


class PurchaseOrderSubstitute(models.Model):
    """Another item, which a buyer takes in the place of one that was ordered."""

    # apart from the order: what it is and what came instead are two ideas
    _inherit = "purchase.order"  # pylint: disable=consider-merging-classes-inherited

    def _construction_take_substitute(self, line, product, quantity, uom, price):
        """Order another item in the place of part of a line, with the same coding.

        One that costs more than it saves is a change of the order, and passes what the order passed.

        :param float quantity: of the substitute, in ``uom``
        :param float price: of one ``uom``
        :return: the line of the substitute; none while the change waits
        """
        self.ensure_one()
        self.check_access("write")
        given = (line, product, quantity, uom, price)
        words = self.env._(
            "%(item)s is taken in the place of line %(line)s.",
            item=product.display_name,
            line=line._construction_line_label(),
        )
        saved = line.product_qty - self._construction_rest_beside(line, quantity, uom)
        paid = self.currency_id.round(quantity * price)
        dearer = self.currency_id.compare_amounts(paid, saved * line.price_unit_discounted) > 0
        if dearer and self.state == "purchase" and self._construction_is_for_job():
            taken = []

            def take():
                order = self.sudo()
                taken[:] = order._construction_add_substitute(
                    *(entry.sudo() if isinstance(entry, models.BaseModel) else entry for entry in given)
                )

            change = self._construction_change(take, reason=words, requested_by_id=self.env.uid)
            if change.state == "pending":
                return line.browse()
            taken = taken[0].sudo(self.env.su)
        else:
            with self._construction_changed_together() as changes:
                # a buyer says so, of goods that are there
                changes.decided = True
                taken = self._construction_add_substitute(*given)
        self.message_post(body=words)
        return taken

    def _construction_rest_beside(self, line, quantity, uom):
        """What is left to be ordered of a line, beside so much of a substitute."""
        floor = max(line.qty_received, float(line._construction_taken()[line]))
        same = uom._has_common_reference(line.product_uom_id)
        instead = (
            uom._compute_quantity(quantity, line.product_uom_id, round=False) if same else line.product_qty
        )
        return max(floor, float(exact(line.product_qty) - exact(instead)))

    def _construction_add_substitute(self, line, product, quantity, uom, price):
        taken = self.env["purchase.order.line"].create(
            {
                "order_id": self.id,
                "name": product.display_name,
                "product_id": product.id,
                "product_qty": quantity,
                "product_uom_id": uom.id,
                "price_unit": price,
                "tax_ids": [(6, 0, line.tax_ids.ids)],
                "date_planned": line.date_planned,
                "analytic_distribution": line.analytic_distribution,
            }
        )
        models.BaseModel.write(taken.sudo(), {"construction_substitute_for_id": line.id})
        before = line.product_qty
        line.write(
            {
                "product_qty": self._construction_rest_beside(line, quantity, uom),
                "price_unit": line.price_unit,
                "discount": line.discount,
            }
        )
        taken.sudo().construction_substitute_qty = before - line.product_qty
        return taken

    def _construction_substitute_waits(self, line, product):
        """The change of this order that waits and would take an item in the place of a line, if any."""
        change = self._construction_open_change()
        return change.filtered(
            lambda found: any(
                (row.vals or {}).get("construction_substitute_for_id") == line.id
                and row.vals.get("product_id") == product.id
                for row in found.line_ids
            )
        )
