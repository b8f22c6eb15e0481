# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import ormcache


class TierValidationException(models.Model):
    """Which documents may be written under review is asked at each of their writes, and hardly ever said."""

    _inherit = "tier.validation.exception"

    @api.model
    @ormcache()
    def _construction_models(self):
        """Names of the models of which some fields may be written under or after their review."""
        found = self.sudo()._read_group([], ["model_name"])
        return frozenset(name for [name] in found)

    @api.model_create_multi
    def create(self, vals_list):
        exceptions = super().create(vals_list)
        self.env.registry.clear_cache()
        return exceptions

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
