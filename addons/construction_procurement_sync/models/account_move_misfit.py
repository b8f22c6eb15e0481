# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class AccountMoveMisfit(models.Model):
    """Whether a bill that is posted fits its orders: what the reconciliation asks."""

    # apart from matching: what holds a draft and what is looked at afterwards are two ideas
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _construction_unreleased_problems(self):
        """What of its orders a bill does not fit as it stands, and nobody has let pass."""
        released = self.construction_hold_ids.filtered(lambda hold: hold.state == "released")
        found = [
            problem
            for problem in self._construction_match_problems(by_hand=True)
            if not any(
                hold.rule == problem["rule"] and hold._construction_covers(problem) for hold in released
            )
        ]
        if any(problem["rule"] == "price" for problem in found):
            # what its lines are too dear, the whole is
            found = [problem for problem in found if problem["rule"] != "invoice_price"]
        return found

    def _construction_problem_amount(self, problem):
        """What a problem of a bill comes to, in the company's currency: 0 where no amount is wrong."""
        self.ensure_one()
        if problem["rule"] == "no_order":
            return abs(self.amount_untaxed_signed)
        amount = problem["figures"].get("amount", 0.0) / (self.invoice_currency_rate or 1.0)
        return self.company_currency_id.round(amount)
