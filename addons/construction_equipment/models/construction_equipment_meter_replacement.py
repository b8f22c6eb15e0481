# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..errors import TwoAtOnce


class ConstructionEquipmentMeterReplacement(models.Model):
    """The hour meter of a machine was replaced, as somebody said who may. It is withdrawn, never changed."""

    _name = "construction.equipment.meter.replacement"
    _inherit = "construction.traced.mixin"
    _description = "Replaced Meter"
    _order = "at desc, id desc"
    _rec_name = "equipment_id"

    equipment_id = fields.Many2one(
        "maintenance.equipment",
        string="Machine",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("ownership", "!=", False)],
    )
    company_id = fields.Many2one(related="equipment_id.company_id", store=True, index=True)
    at = fields.Datetime(string="Replaced", required=True, default=fields.Datetime.now)
    old_reading = fields.Float(
        string="Old Meter Read",
        digits=(12, 3),
        required=True,
        help="Hours up to it count, where it is not below what was read before.",
    )
    new_reading = fields.Float(string="New Meter Read", digits=(12, 3), required=True)
    authorised_by = fields.Char(required=True, default=lambda self: self.env.user.name)
    said_by = fields.Char(readonly=True, help="A system, or a person.")
    reason = fields.Char(readonly=True)
    active = fields.Boolean(string="Holds", default=True, readonly=True)

    _one_at_a_moment = models.UniqueIndex(
        "(equipment_id, at) WHERE active", "At this moment its meter was replaced already."
    )
    _no_reading_below_zero = models.Constraint(
        "CHECK(old_reading BETWEEN 0 AND 200000 AND new_reading BETWEEN 0 AND 200000)",
        "A meter reads from 0 to 200,000 hours.",
    )

    @api.depends("equipment_id", "at")
    def _compute_display_name(self):
        for found in self:
            found.display_name = f"{found.equipment_id.display_name} {found.at or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        by = self.env.user.name
        vals_list = [{"said_by": by, **vals} for vals in vals_list]
        self._require_one(vals_list)
        made = super().create(vals_list)
        made._derive_hours()
        return made

    def _require_one(self, vals_list):
        """:raises TwoAtOnce: where its meter was replaced at that moment already, by other figures"""
        machines = {vals["equipment_id"] for vals in vals_list if vals.get("equipment_id")}
        there = self.sudo().search([("equipment_id", "in", list(machines))])
        moments = {(found.equipment_id.id, found.at): found for found in there}
        for vals in vals_list:
            moment = fields.Datetime.to_datetime(vals.get("at") or fields.Datetime.now())
            known = moments.get((vals.get("equipment_id"), moment))
            if known:
                raise TwoAtOnce(
                    self.env._(
                        "The meter of %(machine)s was replaced at %(moment)s, as %(who)s said: from %(old)s "
                        "to %(new)s. Withdraw that, or correct this; then replay.",
                        machine=known.equipment_id.display_name,
                        moment=known.at,
                        who=known.said_by,
                        old=known.old_reading,
                        new=known.new_reading,
                    )
                ).about(cause_key=f"meter:{known.equipment_id.id}:{moment}", record=known)
            moments[vals.get("equipment_id"), moment] = self

    def write(self, vals):
        if not self.env.su and vals:
            raise UserError(
                self.env._("What was said stays as it was: withdraw it, and say what is right beside it.")
            )
        return super().write(vals)

    def action_withdraw(self):
        """It was not replaced: the hours are derived anew.

        :raises AccessError: for who does not keep meters
        """
        self.check_access("write")
        for found in self.filtered("active"):
            found.sudo().write({"active": False, "reason": self.env._("Withdrawn by %s", self.env.user.name)})
        self._derive_hours()
        return True

    def _derive_hours(self):
        self.flush_model()
        spans = {}
        for found in self.sudo():
            low, high = spans.get(found.equipment_id.id, (found.at, found.at))
            spans[found.equipment_id.id] = min(low, found.at), max(high, found.at)
        self.env["construction.equipment.derivation"].sudo()._again_on(spans)

    @api.model
    def _of_machines(self, machines):
        """Those that hold: {machine id: [(moment as naive UTC, old, new as text)]}, by time."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT equipment_id, at, old_reading::text, new_reading::text"
                " FROM construction_equipment_meter_replacement"
                " WHERE active AND equipment_id = ANY(%s) ORDER BY at",
                list(machines),
            )
        )
        result = {}
        for machine, *said in self.env.cr.fetchall():
            result.setdefault(machine, []).append(tuple(said))
        return result
