# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.construction_sync.models.construction_source_owner import AUDITED

CONTROLLER = "construction_base.group_cost_controller"


class ConstructionSource(models.Model):
    """A source is the integration managers'; whether it may approve budgets is the cost controllers' to say.

    Neither writes what is the other's: a cost controller says it by a button, which writes that alone.
    """

    _inherit = "construction.source"

    _audited = (*AUDITED, "construction_approves_budgets")

    construction_approves_budgets = fields.Boolean(
        string="May Approve Budgets",
        tracking=True,
        copy=False,
        help="Budgets that it sends are approved at once, by the word of whoever approved them there. "
        "Without, each waits for a cost controller. Cost controllers say so, by the button on the source.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        sources = super().create(vals_list)
        # the sources, not the values: default values come from the context, too
        if not self.env.su and any(source.construction_approves_budgets for source in sources):
            raise self._construction_budgets_error()
        return sources

    def write(self, vals):
        if "construction_approves_budgets" in vals and not self.env.su:
            raise self._construction_budgets_error()
        return super().write(vals)

    def action_construction_approve_budgets(self):
        """Let budgets of these sources be approved by their own word.

        :raises AccessError: unless a cost controller
        """
        self._construction_say_budgets(True)

    def action_construction_submit_budgets(self):
        """Have budgets of these sources wait for a cost controller again.

        :raises AccessError: unless a cost controller
        """
        self._construction_say_budgets(False)

    def _construction_say_budgets(self, approves):
        if not (self.env.su or self.env.user.has_group(CONTROLLER)):
            raise self._construction_budgets_error()
        self.check_access("read")
        changed = self.filtered(lambda source: source.construction_approves_budgets != approves)
        changed.sudo().write({"construction_approves_budgets": approves})

    def _construction_budgets_error(self):
        return AccessError(
            self.env._("Cost controllers say which source may approve budgets, by the button on the source.")
        )
