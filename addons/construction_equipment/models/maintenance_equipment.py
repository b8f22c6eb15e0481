# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..lib.likeness import number

OWNERSHIP = [("owned", "Owned"), ("rented", "Rented"), ("leased", "Leased")]
# what a machine cost is for who keeps machines or costs
MONEY = (
    "maintenance.group_equipment_manager,construction_base.group_cost_controller,"
    "construction_base.group_auditor"
)
# who knows which device sits on it
TRACKS = "construction_equipment.group_dispatcher,construction_base.group_auditor"


class MaintenanceEquipment(models.Model):
    """A machine of the fleet is equipment of which is said whose it is."""

    _name = "maintenance.equipment"
    _inherit = ["maintenance.equipment", "construction.external.mixin"]
    _rec_names_search = ["equipment_number", "name", "serial_no", "pin"]
    _construction_proposed_fields = frozenset(
        (
            *("name", "equipment_number", "ownership", "serial_no", "pin", "make", "model"),
            *("category_id", "home_place_id"),
        )
    )
    _construction_responsible = ("owner_user_id", "technician_user_id")

    ownership = fields.Selection(
        OWNERSHIP,
        index="btree_not_null",
        tracking=True,
        help="A machine of the fleet is owned, rented or leased; other equipment is none of these.",
    )
    equipment_number = fields.Char(
        string="Number", copy=False, tracking=True, help="The number that is painted on it."
    )
    make = fields.Char(tracking=True, help="Who built it.")
    model = fields.Char(tracking=True)
    serial_no = fields.Char(tracking=True)
    pin = fields.Char(
        string="PIN",
        copy=False,
        tracking=True,
        help="Product identification number, 17 signs on most machines.",
    )
    home_place_id = fields.Many2one(
        "construction.equipment.place",
        string="Home",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        help="Where it stands when no job has it.",
    )
    job_id = fields.Many2one(
        "project.project",
        domain=[("is_construction_job", "=", True)],
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
        copy=False,
        tracking=True,
        help="The job that has it now.",
    )
    place_id = fields.Many2one(
        "construction.equipment.place",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
        copy=False,
        tracking=True,
        help="Where it stands now.",
    )
    carries_persons = fields.Boolean(
        tracking=True, help="A vehicle on the road: where it is says where somebody is, so it is not stored."
    )
    device_assignment_ids = fields.One2many(
        "construction.equipment.device.assignment", "equipment_id", string="Devices", groups=TRACKS
    )
    cost = fields.Float(groups=MONEY)
    construction_pin_key = fields.Char(compute="_compute_construction_pin_key", store=True)
    construction_serial_key = fields.Char(
        compute="_compute_construction_serial_key", store=True, index="btree_not_null"
    )

    _equipment_number_unique = models.UniqueIndex(
        "(company_id, equipment_number) WHERE equipment_number IS NOT NULL",
        "This company already has a machine with the same number.",
    )
    _pin_unique = models.UniqueIndex(
        "(company_id, construction_pin_key) WHERE construction_pin_key IS NOT NULL",
        "This company already has a machine with the same PIN: they are one.",
    )
    _machine_has_company = models.Constraint(
        "CHECK(ownership IS NULL OR company_id IS NOT NULL)",
        "A machine belongs to a company.",
    )

    @api.depends("pin")
    def _compute_construction_pin_key(self):
        for machine in self:
            machine.construction_pin_key = number(machine.pin or None) or False

    @api.depends("serial_no")
    def _compute_construction_serial_key(self):
        for machine in self:
            machine.construction_serial_key = number(machine.serial_no or None) or False

    @api.depends("equipment_number", "ownership", "name")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for machine in self.filtered(lambda found: found.ownership and found.equipment_number):
            machine.display_name = f"{machine.equipment_number} {machine.name or ''}".strip()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._number_vals(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._number_vals(vals))

    @api.model
    def _number_vals(self, vals):
        """Numbers without white space around them, and none where there is nothing."""
        names = {"equipment_number", "serial_no", "pin"} & vals.keys()
        return {**vals, **{name: " ".join((vals[name] or "").split()) or False for name in names}}

    @api.onchange("company_id")
    def _onchange_company_id(self):
        if self.home_place_id.company_id != self.company_id:
            self.home_place_id = False
