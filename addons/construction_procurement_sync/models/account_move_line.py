# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.construction_sync.models.construction_event_handler import at_work

from .account_move import BILL_TYPES
from .account_move_payable import POSTING

# what a bill comes to
FIGURES = {"quantity", "price_unit", "discount", "tax_ids"}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    construction_external_line = fields.Char(string="External Line", readonly=True, copy=False)
    construction_receipt = fields.Char(
        string="Receipt",
        copy=False,
        help="The receipt of the goods that the line bills, as the supplier names it.",
    )
    construction_delivery_note = fields.Char(
        string="Delivery Note", copy=False, help="The supplier's delivery note that the goods came with."
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._construction_note_author()
        return lines

    def write(self, vals):
        result = super().write(vals)
        self._construction_note_author()
        if FIGURES & vals.keys():
            self.move_id._construction_change_prepared()
            self._construction_cure_others()
            self._construction_cure_own()
        return result

    def copy_data(self, default=None):
        """A bill that is copied bills the same order, and is matched as any."""
        vals_list = super().copy_data(default)
        for line, vals in zip(self, vals_list, strict=True):
            if line.purchase_line_id and line.move_id.move_type in ("in_refund", *BILL_TYPES):
                vals.setdefault("purchase_line_id", line.purchase_line_id.id)
        return vals_list

    def unlink(self):
        # what is taken out is a change, too
        self._construction_note_author()
        self.move_id._construction_change_prepared()
        others = self._construction_others()
        result = super().unlink()
        others._construction_cure()
        return result

    def _construction_others(self):
        """The bills of the same order lines as these lines of drafts that are cleared to be posted."""
        cleared = self.filtered(
            lambda line: line.move_id.state == "draft" and line.move_id.construction_cleared
        )
        return (
            cleared.move_id._construction_dependents()
            if cleared and not at_work(self.env)
            else self.move_id.browse()
        )

    def _construction_cure_others(self):
        """What a cleared draft no longer bills is there for others."""
        self._construction_others()._construction_cure()

    def _construction_note_author(self):
        """Who changes what a held bill bills does not release it: its work item goes to who may."""
        if at_work(self.env):
            # an event's: a service user owns nothing
            return
        held = self.move_id.filtered("construction_on_hold")
        for bill in held.sudo():
            if self.env.user not in bill.construction_changed_by_ids:
                bill.construction_changed_by_ids |= self.env.user
        if held:
            self.env["construction.exception"]._pass_on(held)

    def _check_tax_lock_date(self):
        try:
            return super()._check_tax_lock_date()
        except UserError as error:
            raise self.move_id._construction_locked(error) from error

    def _create_exchange_difference_moves(self, exchange_diff_values_list):
        """What a bill is set off against may be at another rate: the entry of that is Odoo's to make."""
        posting = self.env.context.get("construction_posting") is POSTING
        lines = self.sudo() if posting else self
        return super(AccountMoveLine, lines)._create_exchange_difference_moves(exchange_diff_values_list)
