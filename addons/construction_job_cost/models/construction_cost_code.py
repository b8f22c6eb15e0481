# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import format_amount


class ConstructionCostCode(models.Model):
    _inherit = "construction.cost.code"

    is_contingency = fields.Boolean(
        string="Contingency",
        help="Budget on this code is a reserve: it is moved to other codes by a contingency draw, "
        "which someone else approves.",
    )
    usual_cost_type_id = fields.Many2one(
        "construction.cost.type",
        ondelete="restrict",
        help="The cost type of lines on this code that say no other, and whose item has none of its own.",
    )

    def _construction_open_use(self):
        """Budget, commitment and what is pending on a code, by each job that is not closed."""
        used = dict(super()._construction_open_use())
        currency = self.company_id.currency_id
        words = {
            "budget": self.env._("budget"),
            "commitment": self.env._("open commitment"),
            "pending": self.env._("pending"),
        }
        rows = (
            self.env["construction.cost.entry"]
            .sudo()
            ._read_group(
                [("cost_code_id", "=", self.id), ("kind", "in", list(words))],
                ["job_id", "kind"],
                ["amount:sum"],
            )
        )
        for job, kind, amount in rows:
            if job.job_status != "closed" and not currency.is_zero(amount):
                figure = f"{words[kind]} {format_amount(self.env, amount, currency)}"
                used[job] = [*used.get(job, ()), figure]
        return used
