# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from odoo.addons.construction_job_cost.lib.quantity import exact, kept_of, more

ZERO = exact(0)


class PurchaseOrderLineQuantity(models.Model):
    """What was received of a line, whatever the units of its deliveries: rounded once, and not each time."""

    # apart from the line: how quantities of several units add up is another idea
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    construction_beyond = fields.Float(
        string="Received Beyond",
        readonly=True,
        copy=False,
        help="What was received of a service in truth beyond the rounded quantity received.",
    )

    def write(self, vals):
        if "qty_received" in vals and "construction_beyond" not in vals:
            # a person says how much it is, and that is all
            models.BaseModel.write(self.filtered("construction_beyond").sudo(), {"construction_beyond": 0.0})
        return super().write(vals)

    # --- comparing ----------------------------------------------------------------

    def _construction_compare(self, first, second, others=None):
        """-1, 0 or 1, as one quantity in the line's unit is less than another, the same, or more.

        :param others: further units in which they are kept, beside those of the line and of its goods
        """
        self.ensure_one()
        units = self.sudo().move_ids.product_uom
        return self.product_uom_id._construction_compare(first, second, units | others if others else units)

    def _construction_is_some(self, quantity):
        """Whether a quantity in the line's unit is more than nothing."""
        return self._construction_compare(quantity, 0) > 0

    # --- receiving ----------------------------------------------------------------

    def _construction_kept(self, unit):
        """What is kept of what was received on the transfers of a line: (stored, beyond) in a unit."""
        stored = beyond = ZERO
        for move in self.move_ids:
            sign = move._construction_sign()
            if sign:
                beyond += sign * move._construction_beyond(unit)
                if move.state == "done":
                    stored += sign * move.product_uom._construction_said_in(move.quantity, unit)
        return stored, beyond

    def _construction_more(self, quantity, unit, coming=ZERO):
        """What is to be stored, in a unit of its goods, of what is received on top, and what is beyond it.

        :param quantity: in the line's unit, less than 0 for what goes back
        :param coming: what is being stored of others at this moment, in that unit of its goods
        """
        said = self.product_uom_id._construction_said_in(quantity, unit)
        stored, beyond = self._construction_kept(unit)
        return more(said, stored + coming, beyond, unit._construction_digits())

    def _construction_serve(self, quantity):
        """Receive a quantity of a service, in the line's unit; less than 0 takes it back."""
        for line in self:
            kept, beyond = more(
                quantity,
                line.qty_received,
                line.construction_beyond,
                line.product_uom_id._construction_digits(),
            )
            vals = {"qty_received": float(exact(line.qty_received) + kept)}
            if beyond or line.construction_beyond:
                vals["construction_beyond"] = float(exact(line.construction_beyond) + beyond)
            line.write(vals)

    def _prepare_qty_received(self):
        result = super()._prepare_qty_received()
        for line in self:
            if line.qty_received_method == "stock_moves":
                result[line] = line._construction_received(result[line])
        return result

    def _track_qty_received(self, new_qty):
        if self.qty_received_method == "stock_moves":
            new_qty = self._construction_received(new_qty)
        return super()._track_qty_received(new_qty)

    def _construction_received(self, total):
        """What was received, where Odoo's total rounded each transfer of it.

        What is all of the order, as well as the units of its goods can say, is all of it.
        """
        self.ensure_one()
        unit = self.product_uom_id
        moves = self.move_ids.filtered(lambda move: move.state == "done")
        if all(move.product_uom == unit and not move.construction_beyond for move in moves):
            return total
        moves &= self._get_po_line_moves()
        sums = ZERO
        found = 0.0
        for move in moves:
            sign = move._construction_sign()
            sums += sign * move.product_uom._construction_said_in(move.quantity, unit)
            sums += sign * move._construction_beyond(unit)
            found += sign * move.product_uom._compute_quantity(move.quantity, unit, rounding_method="HALF-UP")
        if unit.compare(found, total):
            # counted in another way, as a kit is
            return total
        allowed = unit._construction_slack(self.sudo().move_ids.product_uom)
        return float(kept_of(sums, [self.product_qty], allowed, unit._construction_digits()))

    # --- billing ------------------------------------------------------------------

    def _prepare_qty_invoiced(self):
        result = super()._prepare_qty_invoiced()
        for line in self:
            rows = line._get_invoice_lines()
            if any(row.product_uom_id and row.product_uom_id != line.product_uom_id for row in rows):
                result[line] = line._construction_invoiced(rows)
        return result

    def _construction_invoiced(self, rows):
        """What is billed in Odoo's terms (drafts, too), where Odoo rounded up each line of a bill.

        What is all that was received, or all of the order, as well as the units can say, is just that.

        :param rows: the account.move.line of bills and credit notes
        """
        self.ensure_one()
        unit, total = self.product_uom_id, ZERO
        for row in rows:
            move = row.move_id
            sign = {"in_invoice": 1, "in_refund": -1}.get(move.move_type, 0)
            if move.state != "cancel" or move.payment_state == "invoicing_legacy":
                total += sign * (row.product_uom_id or unit)._construction_said_in(row.quantity, unit)
        wholes = [self.product_qty]
        if self.product_id.purchase_method != "purchase":
            wholes.insert(0, self.qty_received)
        allowed = unit._construction_slack(self.sudo().move_ids.product_uom | rows.product_uom_id)
        return float(kept_of(total, wholes, allowed, unit._construction_digits()))
