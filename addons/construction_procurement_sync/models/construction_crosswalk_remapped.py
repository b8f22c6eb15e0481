# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class ConstructionCrosswalk(models.Model):
    _inherit = "construction.crosswalk"

    @api.model
    def _note_remapped(self, source, kind, changes):
        """Open documents that were coded by the key are listed: they do not follow it by themselves."""
        self.env["construction.recode"].sudo()._remapped(source.sudo(), kind, changes)
        return super()._note_remapped(source, kind, changes)
