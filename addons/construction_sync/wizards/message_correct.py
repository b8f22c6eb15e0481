from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from ..lib import strict_json


class ConstructionMessageCorrect(models.TransientModel):
    _name = "construction.message.correct"
    _description = "Correct a Message"

    message_id = fields.Many2one("construction.message", required=True, readonly=True)
    problem = fields.Char(related="message_id.problem")
    data_text = fields.Text(
        string="Data",
        required=True,
        compute="_compute_data_text",
        store=True,
        precompute=True,
        readonly=False,
        help="The whole data as it should have come. A masked value stays as it is.",
    )
    reason = fields.Char(required=True)

    @api.depends("message_id")
    def _compute_data_text(self):
        for wizard in self:
            wizard.data_text = wizard.message_id.payload

    def action_reprocess(self):
        """Check the data against the contract and process the message with it."""
        self.ensure_one()
        # the wizard's own defaults are none of what is made from here on
        self = self.with_env(self.env(context=clean_context(self.env.context)))
        try:
            data = strict_json.loads(self.data_text.encode())
        except strict_json.MalformedJson as error:
            raise UserError(self.env._("This is not JSON: %s.", error)) from error
        self.message_id._correct(data, self.reason)
        return {"type": "ir.actions.act_window_close"}
