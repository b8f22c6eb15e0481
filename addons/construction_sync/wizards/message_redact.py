# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools.misc import clean_context


class ConstructionMessageRedact(models.TransientModel):
    _name = "construction.message.redact"
    _description = "Take Personal Values Out of Messages"
    _inherit = ["construction.pointing.mixin"]
    _pointing = ("message_ids",)
    _nothing_seen = "It takes out what is personal of the messages chosen, whatever they say by now."

    message_ids = fields.Many2many("construction.message", string="Messages")
    reason = fields.Char(required=True, help="Kept with the messages for the auditor.")

    def action_redact(self):
        """Take out at once what is personal, with the reason."""
        self.ensure_one()
        # the wizard's own defaults are none of what is made from here on
        self = self.with_env(self.env(context=clean_context(self.env.context)))
        self.message_ids._redact(self.reason)
        return {"type": "ir.actions.act_window_close"}
