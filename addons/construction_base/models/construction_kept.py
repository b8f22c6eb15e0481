# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

OURS = "construction_"


class ConstructionKept(models.AbstractModel):
    _name = "construction.kept"
    _description = "Fields Kept from Who Is Let in from Outside"

    @api.model
    def _inside(self, model):
        """The names of our fields of a model that is not ours, but for those that it opens to the portal."""
        if model._abstract or model._original_module.startswith(OURS):
            return frozenset()
        ours = {name for name, field in model._fields.items() if self._is_ours(field)}
        return frozenset(ours.difference(model._construction_open_to_portal))

    @api.model
    def _is_ours(self, field):
        modules = field.base_field._modules
        return bool(modules) and modules[0].startswith(OURS)

    def _register_hook(self):
        result = super()._register_hook()
        for name, model in self.env.items():
            self.env.registry[name]._construction_inside = self._inside(model)
        return result
