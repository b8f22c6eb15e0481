# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from ..lib import crypto, strict_json


class ConstructionMessageCorrect(models.TransientModel):
    """Shows the data of a message, masked, and takes it as it should have come.

    What a person types may be a bank account: it lies here encrypted, never in clear.
    """

    _name = "construction.message.correct"
    _description = "Correct a Message"
    _inherit = ["construction.seen.mixin"]
    _pointing = ("message_id",)
    _shows = ("message_id",)

    message_id = fields.Many2one("construction.message", required=True, readonly=True)
    problem = fields.Char(compute="_compute_problem")
    data_token = fields.Text(groups=fields.NO_ACCESS, copy=False)
    data_text = fields.Text(
        string="Data",
        compute="_compute_data_text",
        inverse="_inverse_data_text",
        readonly=False,
        help="The whole data as it should have come. A masked value stays as it is.",
    )
    reason = fields.Char(required=True)

    @api.depends("message_id")
    def _compute_problem(self):
        self._check_pointed()
        for wizard in self:
            wizard.problem = wizard.message_id.problem

    @api.depends("message_id", "data_token")
    def _compute_data_text(self):
        self._check_pointed()
        for wizard in self:
            token = wizard.sudo().data_token
            wizard.data_text = crypto.decrypt(token.encode()).decode() if token else wizard.message_id.payload

    def _inverse_data_text(self):
        for wizard in self:
            text = wizard.data_text or ""
            wizard.sudo().data_token = crypto.encrypt(text.encode()).decode() if text else False

    def _shown(self):
        """The data, which another correction replaces whole."""
        return self.message_id._asked_figures()

    def action_reprocess(self):
        """Check the data against the contract and process the message with it."""
        self.ensure_one()
        self._check_seen()
        # the wizard's own defaults are none of what is made from here on
        self = self.with_env(self.env(context=clean_context(self.env.context)))
        try:
            data = strict_json.loads((self.data_text or "").encode())
        except strict_json.MalformedJson as error:
            raise UserError(self.env._("This is not JSON: %s.", error)) from error
        self.message_id._correct(data, self.reason)
        # what was typed has no reason to stay
        self.sudo().data_token = False
        return {"type": "ir.actions.act_window_close"}
