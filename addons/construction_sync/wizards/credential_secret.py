# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError


class ConstructionCredentialSecret(models.TransientModel):
    """Shows a new secret once; nothing of it is stored, so that it cannot be created."""

    _name = "construction.credential.secret"
    _description = "New Credential"
    _inherit = ["construction.pointing.mixin"]
    _pointing = ("source_id",)
    _nothing_seen = "It shows a secret and decides nothing."

    source_id = fields.Many2one("construction.source", readonly=True)
    address = fields.Char(related="source_id.address")
    secret = fields.Char(store=False, readonly=True)

    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self.env._("The secret is not stored: close this window."))
