# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.models.construction_coding_mixin import DISTRIBUTION
from odoo.addons.construction_job_cost.lib.quantity import exact

from ..lib.credited import Row, codings_credited, merged
from ..tools import is_coded
from .account_move import BILL_TYPES


class PurchaseOrderLineCredited(models.Model):
    """A credit note takes a cost back from where its bill put it, whatever the order is coded to by now."""

    # apart from how much is billed: as what it is credited is another idea
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    def _construction_credited_distribution(self, quantity, uom=None, bill=None, besides=None):
        """The distribution of a credit of a quantity above 0: the line's own where nothing is billed.

        :param uom: of the quantity; the line's by default
        :param bill: account.move that it takes back, where that is known
        :param besides: account.move that does not count
        """
        self.ensure_one()
        line = self.sudo()
        rows = line.invoice_lines.filtered(
            lambda row: (
                row.parent_state == "posted"
                and row.display_type == "product"
                and row.move_id != besides
                and row[DISTRIBUTION]
            )
        ).sorted(lambda row: (row.date, row.id))
        own = line[DISTRIBUTION] or {}
        if not is_coded(line) or line._construction_is_deduction():
            return own
        if all(row[DISTRIBUTION] == own for row in rows):
            return own
        bills = rows.filtered(lambda row: row.move_id.move_type in BILL_TYPES and row.quantity > 0)
        credits = rows.filtered(lambda row: row.move_id.move_type == "in_refund" and row.quantity > 0)
        parts = codings_credited(
            line._construction_in_own_unit(quantity, uom),
            [line._construction_credited_row(row, row.move_id) for row in reversed(bills)],
            [line._construction_credited_row(row, row.move_id.reversed_entry_id) for row in credits],
            bill.id if bill else None,
        )
        return merged([(dict(coding), part) for coding, part in parts]) if parts else own

    def _construction_in_own_unit(self, quantity, uom):
        unit = self.product_uom_id
        return exact((uom or unit)._construction_said_in(quantity, unit))

    def _construction_credited_row(self, row, document):
        quantity = self._construction_in_own_unit(row.quantity, row.product_uom_id)
        return Row(document.id or None, tuple(sorted(row[DISTRIBUTION].items())), quantity)

    def _prepare_account_move_line(self, move=False):
        vals = super()._prepare_account_move_line(move)
        if self.qty_to_invoice < 0 and self[DISTRIBUTION]:
            vals[DISTRIBUTION] = self._construction_credited_distribution(-self.qty_to_invoice)
        return vals
