# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionBudget(models.Model):
    """A budget is approved as it was seen: set back, changed and submitted anew it is another."""

    # apart from the budget: what it is and what its approver saw are two ideas
    _name = "construction.budget"
    _inherit = ["construction.budget", "construction.approved.mixin"]  # pylint: disable=consider-merging-classes-inherited
    _construction_approving = ("action_approve",)

    def _construction_asked_figures(self):
        return [
            self._construction_figures_of(self, "kind", "job_id", "date", "reason"),
            self._construction_figures_of(
                self.line_ids, "cost_code_id", "cost_type_id", "quantity", "amount"
            ),
        ]

    def action_approve(self):
        return super(ConstructionBudget, self._construction_check_asked()).action_approve()
