# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError

from odoo.addons.construction_sync.models.construction_event_handler import at_work

from ..tools import is_coded

# in the context of the lines of a bill that is written as a whole: it is looked at once, at the end
AS_A_WHOLE = "construction_bill_as_a_whole"
# what of a bill the rules look at beside the figures of one line
CHANGED = {"invoice_line_ids", "line_ids", "currency_id", "invoice_currency_rate"}


class AccountMoveLineMatched(models.Model):
    """What a person says which order line a line bills, on Odoo's screen of matching or elsewhere."""

    # apart from what a line is: of what it is a bill is another idea
    _inherit = "account.move.line"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        if "purchase_line_id" not in vals or at_work(self.env):
            return super().write(vals)
        ordered = self.env["purchase.order.line"].browse(vals["purchase_line_id"] or ())
        self._construction_check_matched(ordered)
        others = self._construction_others()
        result = super().write(vals)
        if "analytic_distribution" not in vals and is_coded(ordered.sudo()):
            # it is cost of what was ordered, as where the bill is made from its order
            drafts = self.filtered(lambda line: line.parent_state == "draft")
            drafts.analytic_distribution = ordered.sudo().analytic_distribution
        (others - self.move_id)._construction_cure()
        self._construction_cure_own()
        return result

    def _construction_check_matched(self, ordered):
        """:raises UserError: when what was posted would bill something else than the rules looked at"""
        if self.env.su:
            return
        for line in self.sudo().filtered(lambda line: line.parent_state == "posted"):
            before = line.purchase_line_id
            if before != ordered and (is_coded(line) or is_coded(before | ordered.sudo())):
                raise UserError(
                    self.env._(
                        "%s is posted, and stays as it was matched. Set it to draft, match its lines, and "
                        "post it again.",
                        line.move_id._construction_label(),
                    )
                )

    def _construction_cure_own(self):
        """A bill on hold that a person changes is looked at again at once."""
        if not at_work(self.env) and not self.env.context.get(AS_A_WHOLE):
            self.move_id._construction_cure_changed()


class AccountMoveMatched(models.Model):
    # the same for the bill, of which they are
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        if not CHANGED & vals.keys() or at_work(self.env):
            return super().write(vals)
        result = super(AccountMoveMatched, self.with_context(**{AS_A_WHOLE: True})).write(vals)
        if not self.env.context.get(AS_A_WHOLE):
            self._construction_cure_changed()
        return result

    def _construction_cure_changed(self):
        """Look again at those of these drafts on hold that somebody changed.

        The message of one that is held still keeps its work item, which goes on to who may let it go.
        """
        held = self.sudo().filtered(lambda move: move.state == "draft" and move.construction_on_hold)
        # one by one: what a cleared bill takes is no longer there for the next
        for bill in held.sorted(lambda move: move._construction_arrival()):
            if bill.construction_external_key:
                bill._construction_evaluate(by_hand=True)
            else:
                bill._construction_evaluate_by_hand()
        cured = held.filtered(lambda move: not move.construction_on_hold)
        if cured:
            self.env["construction.message"]._resume_for_records(cured)

    def _post(self, soft=True):
        drafts = self.filtered(lambda move: move.state == "draft")
        drafts.invoice_line_ids._construction_code_as_ordered()
        return super()._post(soft)
