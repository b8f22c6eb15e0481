# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from .base_persons import USERS
from .res_users import MARK

OURS = "construction."
DISCUSSED = ("mail.thread", "mail.activity.mixin")
# what names a person and is not discussed
OTHERS = ("mail.activity", "tier.definition", "tier.review")


class ConstructionPersons(models.AbstractModel):
    _name = "construction.persons"
    _description = "Fields That Name a Person"

    @api.model
    def _named(self, model):
        """The names of the fields of a model that say who is responsible."""
        if model._abstract or model._transient or not self._names_persons(model):
            return frozenset()
        return frozenset(
            name
            for name, field in model._fields.items()
            if field.comodel_name == USERS
            and field.type in ("many2one", "many2many")
            and field.store
            and not field.readonly
            and not field.related
            and MARK not in str(field.domain)
        )

    @api.model
    def _names_persons(self, model):
        if model._name == USERS:
            return False
        return (
            model._name.startswith(OURS)
            or model._name in OTHERS
            or any(isinstance(model, self.env.registry[name]) for name in DISCUSSED)
        )

    def _register_hook(self):
        result = super()._register_hook()
        for name, model in self.env.items():
            self.env.registry[name]._construction_persons = self._named(model)
        return result
