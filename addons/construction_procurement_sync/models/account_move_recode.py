# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain

from odoo.addons.construction_base.lib.decimals import decimal


class AccountMove(models.Model):
    """What a draft bill is held for may be cured by what it is coded to."""

    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _construction_recode(self, lines, target, reason):
        result = super()._construction_recode(lines, target, reason)
        self._construction_cure()
        return result


class AccountMoveLine(models.Model):
    """What is billed and not posted may be left behind."""

    _name = "account.move.line"
    _inherit = ["account.move.line", "construction.left.behind.line.mixin"]  # pylint: disable=consider-merging-classes-inherited
    _construction_document_field = "move_id"
    _construction_coded_by = ("procurement.invoice.received",)

    @api.model
    def _construction_open_lines(self, domain, kind, records):
        lines = self.search(
            domain
            & Domain("parent_state", "=", "draft")
            & Domain("move_id.move_type", "in", ("in_invoice", "in_refund"))
            & Domain("display_type", "=", "product"),
            order="id",
        )
        # what takes back a posted bill takes it from where that is
        return {line: decimal(line.balance) for line in lines if not line._construction_credits_posted()}

    def _construction_is_open(self):
        return self.move_id.state not in ("posted", "cancel")

    def _construction_named(self, told):
        # a line is coded as the line of the order that it bills, which may have nothing open
        orders = self.purchase_line_id._construction_named(told)
        return super()._construction_named(told) | self.filtered(lambda line: line.purchase_line_id & orders)

    def _construction_part_of(self):
        return self.purchase_line_id
