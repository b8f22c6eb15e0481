# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.errors import DuplicateFound, MissingReference
from odoo.addons.construction_sync.lib.keyform import clean
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_handler import REFS

from ..lib import likeness

NUMBERS = {"serial": "serial_no", "pin": "pin"}
KEYS = {"serial": "construction_serial_key", "pin": "construction_pin_key"}


class MasterEquipmentUpserted(models.AbstractModel):
    """A machine of the fleet. What it costs or charges is never another system's word."""

    _name = "construction.handler.master.equipment.upserted"
    _inherit = ["construction.equipment.mixin", "construction.master.mixin"]
    _description = "Machine created or changed"
    _event_type = "master.equipment.upserted"
    _event_group = "construction_equipment.group_service_machine"
    _event_priority = 3
    _master_kind = "equipment"
    _master_model = "maintenance.equipment"
    _master_field = "equipment_number"
    _field_groups = {
        "status": ("ownership",),
        "hierarchy": ("category_id",),
        "address": ("home_place_id",),
    }

    def _reference_keys(self, data):
        return [
            ("equipment", data["equipment"]),
            ("equipment_category", data.get("category")),
            ("equipment_place", data.get("home")),
        ]

    def _prepare_vals(self, work, record):
        data = work.data
        vals = {
            "name": data["name"],
            "equipment_number": clean(data["equipment"]),
            "ownership": data["ownership"],
        }
        if not record:
            vals["company_id"] = self.env.company.id
        vals.update({name: data[name] for name in ("make", "model") if data.get(name)})
        if data.get("category"):
            category = self._apart(work, record, "hierarchy", lambda: self._category(work, data["category"]))
            if category:
                vals["category_id"] = category.id
        if data.get("home"):
            home = self._apart(work, record, "address", lambda: self._place(work, data["home"]))
            if home:
                vals["home_place_id"] = home.id
        # last: what does not come in claims no number
        for name, number in self._said_numbers(work).items():
            if self._apart(
                work,
                record,
                "identity",
                lambda name=name, number=number: self._check_number(work, record, name, number) or True,
            ):
                vals[NUMBERS[name]] = number
        return vals

    def _said_numbers(self, work):
        """Serial and PIN of an event, but for those that tell no machine from another: {name: number}."""
        found = {name: clean(work.data[name]) for name in NUMBERS if work.data.get(name)}
        none = {name: said for name, said in found.items() if not likeness.number(said)}
        for name, said in none.items():
            work.note(
                self.env._(
                    "“%(said)s” tells no machine from another: as %(field)s it was left aside.",
                    said=said,
                    field=self.env[self._master_model]._fields[NUMBERS[name]]._description_string(self.env),
                )
            )
        return {name: said for name, said in found.items() if name not in none}

    # --- numbers that tell a machine -------------------------------------------------

    def _prefetch_refs(self, works):
        result = super()._prefetch_refs(works)
        self._fetch_numbers(works)
        return result

    def _fetch_numbers(self, works):
        """Look up once a batch which machines have the serials and PINs of its machines."""
        cache = self.env.context.get(REFS, {})
        for name, field in KEYS.items():
            keys = {likeness.number(work.data.get(name)) for work in works} - {""}
            cache.update({self._number_slot(name, key): [] for key in keys})
            if not keys:
                continue
            # Odoo keeps a serial unique over all companies
            machines = self.env[self._master_model].sudo().with_context(active_test=False)
            for machine in machines.search_fetch([(field, "in", list(keys))], [field]):
                cache[self._number_slot(name, machine[field])].append(machine.id)

    def _number_slot(self, name, key):
        return self.env.company.id, f"machines by {name}", key

    def _machines_with(self, work, name, key):
        cache = self.env.context.get(REFS, {})
        slot = self._number_slot(name, key)
        if slot not in cache:
            self._fetch_numbers([work])
        return self.env[self._master_model].sudo().browse(cache.get(slot, ()))

    def _check_number(self, work, record, name, number):
        """Two machines with one serial or PIN are most likely one: a person decides.

        :raises DuplicateFound: with the machine that the key may be mapped to
        """
        key = likeness.number(number)
        if key == record[KEYS[name]]:
            return
        same = (self._machines_with(work, name, key) - record).filtered(
            lambda machine: self._may_be(work, machine, name, number)
        )
        other = self._claimed(work, name, key) if not same else None
        if not same and not other:
            return
        here = same.filtered(lambda machine: machine.company_id in (self.env.company, machine.browse()))
        equipment = clean(work.data["equipment"])
        error = DuplicateFound(
            self.env._(
                "Machine %(key)s has the %(field)s of %(others)s. If they are one, map the key to it; "
                "otherwise correct the number.",
                key=equipment,
                field=same._fields[NUMBERS[name]]._description_string(self.env),
                others=listed(self.env, here.mapped("display_name"))
                or (same and self.env._("a machine of another company"))
                or self.env._("machine %s, which came at the same time", other),
            ),
            cause_key=f"equipment_{name}:{equipment}",
            record=here[:1].with_env(self.env) or None,
        )
        if not record:
            # the work item offers to map the key
            error.kind, error.key, error.model = "equipment", equipment, self._master_model
        raise error

    def _may_be(self, work, machine, name, number):
        """Whether a machine with the same number is this one, as far as its make and PIN do not say no."""
        if machine[NUMBERS[name]] == number and name == "serial":
            return True  # it could not be written
        if machine.company_id - self.env.company:
            return False
        said = likeness.Machine(None, **{part: work.data.get(part) for part in ("serial", "pin", "make")})
        there = likeness.Machine(
            machine.id, machine.serial_no or None, machine.pin or None, machine.make or None
        )
        return any(match.by in NUMBERS for match in likeness.matches(said, [there]))

    # --- categories ------------------------------------------------------------------

    def _category(self, work, name):
        """The category that a person mapped the name to, or the one that has it: never a guess."""
        category = self._mapped(work, "equipment_category", name, "maintenance.equipment.category")
        if not category:
            category = self._once(work, "equipment_category", name, lambda: self._category_named(clean(name)))
        if len(category) != 1:
            raise MissingReference(
                "equipment_category",
                name,
                "maintenance.equipment.category",
                self.env._(
                    "Machine %(machine)s is of category %(category)s, which is not known here by exactly "
                    "this name. Create it, or map the name to one.",
                    machine=work.data["equipment"],
                    category=name,
                ),
            )
        return category

    def _category_named(self, name):
        categories = self.env["maintenance.equipment.category"].with_context(lang="en_US")
        own = ("company_id", "in", [False, self.env.company.id])
        return categories.search([own, ("complete_name", "=", name)]) or categories.search(
            [own, ("name", "=", name)]
        )
