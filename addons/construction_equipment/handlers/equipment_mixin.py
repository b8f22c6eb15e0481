# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.errors import MissingReference
from odoo.addons.construction_sync.lib.keyform import clean


class ConstructionEquipmentMixin(models.AbstractModel):
    """What handlers of machines share: machines and places by key."""

    _name = "construction.equipment.mixin"
    _inherit = "construction.domain.mixin"
    _description = "Equipment Event Handler"
    _event_roles = ("construction_equipment.group_equipment_manager",)

    def _machine(self, work, key, **info):
        """The machine that a key of the source means."""
        return self._ref(
            work,
            "equipment",
            key,
            model="maintenance.equipment",
            **{"sentence": self.env._("Machine %s is unknown.", key), "job": work.job, **info},
        )

    def _place(self, work, key):
        """The place that a person mapped a name to, or the one with this code or name: never a guess."""
        place = self._mapped(work, "equipment_place", key, "construction.equipment.place")
        if not place:
            place = self._once(work, "equipment_place", key, lambda: self._place_named(clean(key)))
        if len(place) != 1:
            raise MissingReference(
                "equipment_place",
                key,
                "construction.equipment.place",
                self.env._(
                    "Place %s is not known here by exactly this code or name. Create it, or map the name "
                    "to one.",
                    key,
                ),
                job=work.job,
            )
        return place

    def _place_named(self, name):
        places = self.env["construction.equipment.place"]
        own = ("company_id", "=", self.env.company.id)
        return places.search([own, ("code", "=", name)]) or places.search([own, ("name", "=", name)])
