# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class IrModelAccess(models.Model):
    _inherit = "ir.model.access"

    def _make_access_error(self, model, mode):
        """Of models of ours a person reads whose they are."""
        error = super()._make_access_error(model, mode)
        door = self.env["construction.door"]
        return door._refused_model(model, mode, error) if door._is_ours(model) else error
