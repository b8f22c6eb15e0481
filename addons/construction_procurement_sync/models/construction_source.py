# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError


class ConstructionSource(models.Model):
    _inherit = "construction.source"

    construction_approves_budgets = fields.Boolean(
        string="May Approve Budgets",
        tracking=True,
        copy=False,
        help="Budgets that it sends are approved at once, by the word of whoever approved them there. "
        "Without, each waits for a cost controller. Cost controllers set it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        sources = super().create(vals_list)
        # the sources, not the values: default values come from the context, too
        if any(source.construction_approves_budgets for source in sources):
            self._construction_check_budget_maker()
        return sources

    def write(self, vals):
        if "construction_approves_budgets" in vals:
            self._construction_check_budget_maker()
        return super().write(vals)

    def _construction_check_budget_maker(self):
        if not (self.env.su or self.env.user.has_group("construction_base.group_cost_controller")):
            raise AccessError(self.env._("Cost controllers say which source may approve budgets."))
