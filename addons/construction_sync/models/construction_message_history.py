# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

from .construction_message import STATES


class ConstructionMessageHistory(models.Model):
    """Each turn a message took off the straight way from received to done."""

    _name = "construction.message.history"
    _description = "Message History"
    _order = "id desc"

    message_id = fields.Many2one(
        "construction.message", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="message_id.company_id")
    state = fields.Selection(STATES, readonly=True)
    note = fields.Char(readonly=True)
    detail = fields.Text(readonly=True)
    taken_alone = fields.Boolean(readonly=True, help="Before a try on its own, after a job had died.")

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("History does not change."))

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(self.env._("History is not deleted."))
