from odoo import fields, models


class ConstructionExceptionIgnore(models.TransientModel):
    _name = "construction.exception.ignore"
    _description = "Ignore Messages"

    exception_id = fields.Many2one("construction.exception", string="Work Item")
    message_ids = fields.Many2many("construction.message", string="Messages")
    reason = fields.Char(required=True, help="Kept with the messages for the auditor.")

    def action_ignore(self):
        """Close the messages without effect, with the reason."""
        self.ensure_one()
        if self.exception_id:
            self.exception_id._ignore(self.reason)
        else:
            self.message_ids._ignore(self.reason)
        return {"type": "ir.actions.act_window_close"}
