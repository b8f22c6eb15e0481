# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_master_sync.handlers.domain_candidates_mixin import MANY

MODELS = {
    "equipment": "maintenance.equipment",
    "equipment_place": "construction.equipment.place",
    "equipment_category": "maintenance.equipment.category",
}
NUMBERS = {"equipment": ("equipment_number", "serial_no", "pin"), "equipment_place": ("code",)}


class ConstructionDomainMixin(models.AbstractModel):
    """The kinds of keys of this addon, for every handler and for who maps keys before they come."""

    # apart from what handlers of machines share: every handler, and who maps keys, offers them
    _inherit = "construction.domain.mixin"  # pylint: disable=consider-merging-classes-inherited

    def _reference_model(self, kind):
        return MODELS.get(kind) or super()._reference_model(kind)

    def _reference_kinds(self):
        return (*super()._reference_kinds(), *MODELS)

    def _reference_numbers(self, kind):
        return NUMBERS.get(kind) or super()._reference_numbers(kind)

    def _reference_domain(self, kind):
        return [("ownership", "!=", False)] if kind == "equipment" else super()._reference_domain(kind)

    def _candidates(self, work, kind, key):
        offer = {
            "equipment": self._machine_candidates,
            "equipment_place": self._place_candidates,
        }.get(kind)
        return offer(work, key) if offer else super()._candidates(work, kind, key)

    def _machine_candidates(self, work, key):
        """Machines of the fleet that are called alike, those with a number of the event first."""
        machines = self.env["maintenance.equipment"].search_fetch(
            [("company_id", "=", self.env.company.id), ("ownership", "!=", False)],
            ["name", "equipment_number", "serial_no", "pin"],
            limit=MANY,
        )
        words = [key, *(work.data.get(name) for name in ("name", "serial", "pin"))]
        return self._alike(
            [word for word in words if word],
            {found: [found.equipment_number, found.name, found.serial_no, found.pin] for found in machines},
        )

    def _place_candidates(self, work, key):
        places = self.env["construction.equipment.place"].search(
            [("company_id", "=", self.env.company.id)], limit=MANY
        )
        return self._alike([key], {place: [place.name, place.code] for place in places})
