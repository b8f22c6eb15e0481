# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionBudget(models.Model):
    _inherit = "construction.budget"

    def action_approve(self):
        result = super().action_approve()
        # orders that the budget stopped are tried again, for it may cover them now
        self.env["purchase.order"].sudo().search(
            [
                ("construction_order_job_id", "in", self.job_id.ids),
                ("state", "in", ("draft", "sent")),
            ]
        )._construction_resume()
        return result
