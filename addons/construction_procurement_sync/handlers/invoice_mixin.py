# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import hashlib

from odoo import models

from odoo.addons.construction_sync.errors import InvalidData, MissingReference
from odoo.addons.construction_sync.models.construction_event_handler import REFS

from ..lib import documents
from .procurement_mixin import PAYABLE

ZERO_TAX = 0


class ConstructionInvoiceMixin(models.AbstractModel):
    """Reading the lines of a supplier's invoice: their order line or coding, and their tax."""

    _name = "construction.invoice.mixin"
    _inherit = "construction.procurement.mixin"
    _description = "Supplier Invoice Event Handler"
    _event_group = "construction_procurement_sync.group_service_bill"

    def _prepare_bill_line_vals(self, work, rows, line, pointer, figures):
        """
        :param OrderRows rows: the lines of the order that is billed, which may be none
        :param dict figures: values of what the line comes to
        """
        order = rows.order
        order_line = self._order_line(work, rows, line, pointer) if order else rows.rows
        uom = self._uom(work, line["uom"])
        vals = {
            "display_type": "product",
            "construction_external_line": line["line"],
            "construction_receipt": line.get("receipt"),
            "construction_delivery_note": line.get("delivery_note"),
            "name": line["description"],
            "product_uom_id": uom.id,
            **figures,
        }
        if order_line:
            self._check_unit(work, order_line.product_id, uom, f"{pointer}/uom")
            vals.update(
                product_id=order_line.product_id.id,
                # an amount without a quantity bills nothing of what was ordered
                purchase_line_id=figures["quantity"] == float(self._decimal(line["quantity"]))
                and order_line.id,
                analytic_distribution=self._ordered_coding(work, order_line, figures["quantity"], uom),
            )
            return vals
        item = self._line_item(work, line)
        product = item or self._product(work, None, uom, self._cost_type(work, None))
        vals["product_id"] = product.id
        vals["analytic_distribution"] = self._unordered_coding(work, order, line, pointer, item)
        return vals

    def _ordered_coding(self, work, order_line, quantity, uom):
        """Coding of a line of an order line: as ordered, or what it takes back as that was billed."""
        takes_back = quantity if work.data["kind"] == "credit_note" else -quantity
        if takes_back < 0 or (not takes_back and work.data["kind"] != "credit_note"):
            return order_line.analytic_distribution
        return order_line._construction_credited_distribution(takes_back, uom)

    def _unordered_coding(self, work, order, line, pointer, item=None):
        """Coding of a line that no order line stands behind, such as freight."""
        if line.get("cost_code") or self._code_decided(work, line):
            job = self._job(work, line["job"]) if line.get("job") else work.job
            if not job:
                raise InvalidData(self.env._("A line has no job."), f"{pointer}/job")
            code = self._cost_code(work, line.get("cost_code"), f"{pointer}/cost_code", line)
            cost_type = self._line_type(work, line, item, code)
            return self.env["account.move.line"]._construction_distribution(job, code, cost_type)
        codings = {
            tuple(sorted((row.analytic_distribution or {}).items()))
            for row in order.order_line
            if not row.display_type
        }
        if len(codings) != 1:
            # charges on an order of several codes could belong to any of them
            if not order and not work.job:
                self._chosen_order(
                    work, self._supplier(work, work.data["supplier"]), self._words_of(work), PAYABLE
                )
            self._chosen_code(work, line)
        return dict(codings.pop())

    def _tax(self, work, percent, pointer):
        """The company's purchase tax of a rate; never a guess between two."""
        percent = self._decimal(percent or 0, f"{pointer}/tax_percent")
        taxes = self.env["account.tax"]
        if percent == ZERO_TAX:
            return taxes
        key = f"{percent.normalize():f}"
        mapped = self._mapped(work, "tax", key, "account.tax")
        if mapped:
            return mapped
        # the same few rates stand on all lines of a batch
        cache, slot = self.env.context.get(REFS, {}), (self.env.company.id, "rate_of_tax", key)
        if slot in cache:
            return taxes.browse(cache[slot][1])
        found = taxes.search(
            [
                ("company_id", "=", self.env.company.id),
                ("type_tax_use", "=", "purchase"),
                ("amount_type", "=", "percent"),
                ("amount", "=", float(percent)),
            ]
        ).filtered(lambda tax: not tax.price_include)
        default = self.env.company.account_purchase_tax_id
        found = default if default in found else found
        if len(found) != 1:
            raise MissingReference(
                "tax",
                key,
                "account.tax",
                job=work.job,
                sentence=self.env._("No purchase tax of %s %% is set up.", key)
                if not found
                else self.env._("Several purchase taxes are of %s %%: choose one.", key),
            )
        cache[slot] = (found._name, found.id)
        return found

    def _read_document(self, work, document):
        if not document:
            return None
        try:
            content = documents.decode(document["base64"])
            media_type = documents.sniff(content)
        except documents.UnsafeDocument as error:
            raise InvalidData(str(error), "/document", job=work.job) from error
        return {
            "name": documents.safe_name(document["name"], media_type),
            "mimetype": media_type,
            "raw": content,
            "hash": hashlib.sha256(content).hexdigest(),
        }

    def _attach(self, works):
        vals_list = []
        for work in works:
            document = work.resolved["document"]
            if document:
                vals_list.append(
                    {
                        "name": document["name"],
                        "raw": document["raw"],
                        "mimetype": document["mimetype"],
                        "res_model": "account.move",
                        "res_id": work.resolved["bill"].id,
                    }
                )
        if vals_list:
            self.env["ir.attachment"].create(vals_list)
