# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from odoo.addons.construction_job_cost.errors import BudgetExceeded
from odoo.addons.construction_master_sync.models.construction_external_mixin import ConstructionExternalMixin
from odoo.addons.construction_sync.lib.words import listed

CONTROLLER = "construction_base.group_cost_controller"


class ConstructionBudget(models.Model):
    _name = "construction.budget"
    _inherit = ["construction.budget", "construction.external.mixin"]
    _construction_event_fields = ConstructionExternalMixin._construction_event_fields | {
        "construction_approved_outside"
    }

    construction_approved_outside = fields.Char(
        string="Approved Outside by",
        readonly=True,
        copy=False,
        help="Who approved it in the system that sent it.",
    )

    def action_approve(self):
        result = super().action_approve()
        # what the budget stopped is tried again, for it may cover it now
        self.env["construction.cost.entry"]._offer_noted_room()
        items = self.env["construction.exception"]
        items._end_told(self, ("budget_approval:",), self.env._("It was approved."))
        for document in self.sudo():
            if not document._construction_exceeded():
                others = self.sudo().search([("job_id", "=", document.job_id.id), ("id", "!=", document.id)])
                cured = others.filtered(lambda other: not other._construction_exceeded())
                items._end_told(cured, ("budget_exceeded:",), self.env._("Its codes have room again."))
        return result

    def action_back_to_draft(self):
        result = super().action_back_to_draft()
        self.env["construction.exception"]._end_told(
            self, ("budget_approval:",), self.env._("It was set back to draft.")
        )
        return result

    def _construction_tell_exceeded(self, found):
        result = super()._construction_tell_exceeded(found)
        orders = dict.fromkeys(order for documents in found.values() for order in documents)
        error = BudgetExceeded(
            self.env._(
                "Budget %(budget)s of %(job)s leaves less than is committed: %(orders)s. Reduce the orders, "
                "or have the budget revised.",
                budget=self.name,
                job=self.job_id.display_name,
                orders=listed(self.env, (order.name for order in orders)),
            ),
            cause_key=f"budget_exceeded:{self.name}",
            job=self.job_id,
            record=self,
            groups=CONTROLLER,
            figures={
                listed(self.env, (order.name for order in documents)) or str(n): text
                for n, (text, documents) in enumerate(found.items())
            },
        )
        self.env["construction.exception"].sudo()._open(self.company_id, error)
        return result
