# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.errors import InvalidData, WaitingFor
from odoo.addons.construction_sync.lib.keys import document_key


class OrderRows:
    """The lines of an order by what an event calls them: read once for all lines of a document."""

    def __init__(self, order):
        self.order = order
        self.rows = order.order_line.filtered(lambda row: not row.display_type)
        self.by_key = self._first_by(lambda row: row.construction_external_line)
        self.by_printed = self._first_by(
            lambda row: not row.construction_external_line and row.construction_printed_line
        )
        self.products = self.rows.product_id
        self.by_product = self.rows.filtered("product_qty").grouped("product_id")

    def _first_by(self, key):
        found = {}
        for row in self.rows:
            found.setdefault(key(row), row)
        return found

    def of_product(self, product):
        """The lines that order something of a product."""
        return self.by_product.get(product, self.rows.browse())


class ConstructionNamedLineMixin(models.AbstractModel):
    """Which line of its order a line of a delivery or an invoice speaks of."""

    # apart from what the handlers share: an order of thousands of lines is looked through once
    _inherit = "construction.procurement.mixin"  # pylint: disable=consider-merging-classes-inherited

    def _order_line(self, work, rows, line, pointer):
        """The order line that a delivery or invoice line speaks of, or an empty one.

        :param OrderRows rows: the lines of the order
        :raises WaitingFor: when it names a line that is not there
        :raises InvalidData: when it names an item that stands on several lines
        """
        order = rows.order
        if line.get("order_line"):
            found = self._named_line(work, rows, line["order_line"])
            if found and line.get("item"):
                return self._line_or_substitute(work, order, found, line)
            # a line of an order born here is known by its item as well
            if not found and (order.construction_external_key or not line.get("item")):
                # a change of the order may bring it, whatever comes first
                raise WaitingFor(
                    "order_line",
                    self._line_number(work, order, line["order_line"]),
                    self._no_line_sentence(work, order, line["order_line"]),
                    job=work.job,
                    partner=order.partner_id,
                    record=order,
                )
            if found:
                return found
        if not line.get("item"):
            return rows.rows.browse()
        # what was ordered is received and billed, also if nothing more of it is ordered
        product = self._product(work, line["item"], None, None, archived="same")
        found = rows.of_product(product)
        if len(found) > 1:
            raise InvalidData(
                self.env._(
                    "Item %(item)s stands on several lines of order %(order)s: name the line.",
                    item=line["item"],
                    order=order.name,
                ),
                f"{pointer}/item",
                job=work.job,
                partner=order.partner_id,
                record=order,
            )
        return found

    def _named_line(self, work, rows, key):
        """The line of an order by its own key, by what it was mapped to, or by the number printed on it.

        One that went into another line means that; of an order that was merged into this one, only what
        became of its own lines is meant.

        :param OrderRows rows: the lines of the order
        """
        merged, none = self._part_of(work, rows.order), rows.rows.browse()
        found = none if merged else rows.by_key.get(key, none)
        if not found:
            mapped = self._ref(
                work,
                "order_line",
                self._line_number(work, rows.order, key),
                model="purchase.order.line",
                required=False,
            )
            found = mapped & rows.rows
        if not found and not merged:
            found = rows.by_printed.get(key, none)
        return found[:1]

    def _line_number(self, work, order, line):
        """The key of a line as a message names it: by its order's number, or that of one merged into it."""
        return document_key((self._part_of(work, order) or order)._construction_number(), line)

    def _no_line_sentence(self, work, order, line):
        part = self._part_of(work, order)
        if part:
            return self.env._(
                "Order %(number)s is a part of order %(order)s since they were merged here, and no line "
                "%(line)s of it is known: it comes, or a person chooses the line of %(order)s that is meant.",
                number=work.data["order"],
                order=order.name,
                line=line,
            )
        return self.env._("Order %(order)s has no line %(line)s yet.", order=order.name, line=line)
