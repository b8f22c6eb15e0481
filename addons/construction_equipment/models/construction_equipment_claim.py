# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..lib import precedence

ORIGINS = [
    (precedence.APPROVED, "Approved by a Person"),
    (precedence.METER_OF_RECORD, "Meter of Record"),
    (precedence.TELEMATICS, "Other Telematics"),
    (precedence.RENTAL, "Rental Company"),
    (precedence.MANUAL, "Manual Entry"),
]
SERVICE = "construction_equipment.group_service_utilization"
FIGURES = ("hours", "idle_hours", "standby_hours", "overtime_hours", "down_hours")


class ConstructionEquipmentClaim(models.Model):
    """What one source says of a machine-day. What counts of it, the day derives (lib.precedence).

    ``figures`` keeps what was said as text by name: what was not said is not there, and 0 is said.
    """

    _name = "construction.equipment.claim"
    _inherit = ["construction.external.mixin"]
    _description = "Statement of a Machine-Day"
    _order = "date desc, equipment_id, id"
    _check_company_auto = True

    equipment_id = fields.Many2one(
        "maintenance.equipment", required=True, check_company=True, ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    date = fields.Date(
        required=True, readonly=True, help="The day on which the work began, where the job is."
    )
    job_id = fields.Many2one(
        "project.project",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
        help="Empty: of the machine's day, whichever jobs had it.",
    )
    cost_code_id = fields.Many2one("construction.cost.code", ondelete="restrict", readonly=True)
    origin = fields.Selection(ORIGINS, required=True, readonly=True)
    key = fields.Char(required=True, readonly=True, help="Who says it: one word of each counts, the newest.")
    said_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    version = fields.Integer(readonly=True)
    figures = fields.Json(required=True, readonly=True)
    hours = fields.Float(compute="_compute_figures", aggregator=None)
    idle_hours = fields.Float(compute="_compute_figures", aggregator=None)
    standby_hours = fields.Float(compute="_compute_figures", aggregator=None)
    overtime_hours = fields.Float(compute="_compute_figures", aggregator=None)
    down_hours = fields.Float(compute="_compute_figures", aggregator=None)
    reason = fields.Char(readonly=True)
    entered_by_id = fields.Many2one(
        "res.users", readonly=True, help="Who entered or overrode it: somebody else approves it."
    )
    counts = fields.Boolean(readonly=True, help="A figure of the day is this one's.")

    _of_machine_and_date = models.Index("(equipment_id, date)")

    @api.depends("figures")
    def _compute_figures(self):
        for claim in self:
            for name in FIGURES:
                claim[name] = float((claim.figures or {}).get(name) or 0)

    @api.depends("origin", "date")
    def _compute_display_name(self):
        labels = dict(self._fields["origin"]._description_selection(self.env))
        for claim in self:
            claim.display_name = f"{labels.get(claim.origin)} {claim.date}"

    @api.model
    def _rule(self, origin, key, figures, *version):
        """The lib.precedence.Claim of what is said."""
        said = figures or {}
        figures = tuple((name, Decimal(said[name]) if name in said else None) for name in FIGURES)
        return precedence.Claim(origin, key, figures, (str(version[0]), *version[1:]))

    # --- nobody's to write but by the day's buttons and events ----------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_rules_write()
        return super().create(vals_list)

    def write(self, vals):
        self._check_rules_write()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_by_rules(self):
        self._check_rules_write()

    @api.model
    def _check_rules_write(self):
        if not (self.env.su or self.env.user.has_group(SERVICE)):
            raise AccessError(self.env._("What is said of a machine-day is entered on the day."))
