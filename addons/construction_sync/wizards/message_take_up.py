# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools.misc import clean_context


class ConstructionMessageTakeUp(models.TransientModel):
    _name = "construction.message.take.up"
    _description = "Take Up Ignored Messages Again"
    _inherit = ["construction.seen.mixin"]
    _pointing = ("message_ids",)
    _shows = ("message_ids",)

    message_ids = fields.Many2many("construction.message", string="Messages")
    reason = fields.Char(required=True, help="Kept with the messages for the auditor.")

    def _shown(self):
        return self.message_ids._origin._asked_figures()

    def action_take_up(self):
        """Send what was ignored round again, with the reason."""
        self.ensure_one()
        self._check_seen()
        # the wizard's own defaults are none of what is made from here on
        self = self.with_env(self.env(context=clean_context(self.env.context)))
        self.message_ids._take_up(self.reason)
        return {"type": "ir.actions.act_window_close"}
