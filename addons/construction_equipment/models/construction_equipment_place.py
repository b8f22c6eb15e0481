# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ConstructionEquipmentPlace(models.Model):
    """Where machines stand: a yard, a workshop, a site of a job."""

    _name = "construction.equipment.place"
    _inherit = ["mail.thread", "construction.traced.mixin", "construction.reach.mixin"]
    _description = "Equipment Place"
    _order = "name, id"
    _rec_names_search = ["name", "code"]
    _reach = ("company_id", "job_id")

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(copy=False, tracking=True, help="What other systems and people call it for short.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("yard", "Yard"), ("workshop", "Workshop"), ("site", "Site of a Job"), ("other", "Other")],
        required=True,
        default="yard",
    )
    job_id = fields.Many2one(
        "project.project",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("is_construction_job", "=", True)],
        check_company=True,
        tracking=True,
        help="The job whose site this is.",
    )
    partner_id = fields.Many2one("res.partner", string="Address", check_company=True)
    latitude = fields.Float(digits=(9, 6))
    longitude = fields.Float(digits=(9, 6))
    radius = fields.Integer(string="Radius (m)", help="Of the circle within which a machine is here.")
    equipment_ids = fields.One2many("maintenance.equipment", "place_id", string="Machines Here")
    equipment_count = fields.Integer(compute="_compute_equipment_count", string="Machines")

    _code_unique = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL",
        "This company already has a place with the same code.",
    )
    _site_has_job = models.Constraint(
        "CHECK(kind != 'site' OR job_id IS NOT NULL)",
        "A site is that of a job: say which.",
    )

    _circle = models.Constraint(
        "CHECK(COALESCE(radius, 0) >= 0 AND COALESCE(latitude, 0) BETWEEN -90 AND 90"
        " AND COALESCE(longitude, 0) BETWEEN -180 AND 180)",
        "A circle has a latitude up to 90, a longitude up to 180 and a radius above 0.",
    )

    def _compute_equipment_count(self):
        counts = dict(
            self.env["maintenance.equipment"]._read_group(
                [("place_id", "in", self.ids)], ["place_id"], ["__count"]
            )
        )
        for place in self:
            place.equipment_count = counts.get(place, 0)

    @api.onchange("job_id")
    def _onchange_job_id(self):
        if self.job_id:
            self.kind = "site"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._code_vals(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._code_vals(vals))

    @api.model
    def _code_vals(self, vals):
        return {**vals, "code": " ".join((vals["code"] or "").split()) or False} if "code" in vals else vals

    def action_machines(self):
        """Open the machines that stand here."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "construction_equipment.maintenance_equipment_action"
        )
        return dict(action, domain=[("place_id", "in", self.ids)], context={"default_home_place_id": self.id})
