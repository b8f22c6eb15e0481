# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError


class ConstructionOrderChangeAnswer(models.TransientModel):
    _name = "construction.order.change.answer"
    _description = "Reject or Withdraw a Change of an Order"
    _inherit = ["construction.seen.mixin"]
    _pointing = ("change_id",)
    _shows = ("change_id",)

    change_id = fields.Many2one("construction.order.change", required=True, readonly=True)
    answer = fields.Selection(
        [("reject", "Reject"), ("withdraw", "Withdraw")], required=True, readonly=True, default="reject"
    )
    reason = fields.Char(required=True)

    def _shown(self):
        lines = ("quantity", "price", "discount", "coding", "amount")
        return {
            change: [
                self._figures(change, "state", "amount_before", "amount_after"),
                self._figures(change.line_ids, *lines),
            ]
            for change in self.change_id
        }

    def action_answer(self):
        """Reject the change, or withdraw it, with a reason.

        :raises UserError: without a reason
        """
        self.ensure_one()
        self._check_seen()
        reason = self.reason.strip()
        if not reason:
            raise UserError(self.env._("Say why."))
        if self.answer == "reject":
            self.change_id._construction_reject(reason)
        else:
            self.change_id._construction_withdraw(reason)
        return {"type": "ir.actions.act_window_close"}
