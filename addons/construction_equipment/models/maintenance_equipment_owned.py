# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class MaintenanceEquipment(models.Model):
    """A machine remembers whose it was on each day: what is rented is charged to no job."""

    # apart from what a machine is now
    _inherit = "maintenance.equipment"  # pylint: disable=consider-merging-classes-inherited

    construction_ownership_ids = fields.One2many(
        "construction.equipment.ownership",
        "equipment_id",
        string="Ownership by Date",
        copy=False,
        groups="construction_equipment.group_dispatcher,construction_base.group_cost_controller,"
        "construction_base.group_auditor",
    )

    @api.model_create_multi
    def create(self, vals_list):
        machines = super().create(vals_list)
        machines.filtered("ownership")._construction_note_ownership({})
        return machines

    def write(self, vals):
        before = {machine: machine.ownership for machine in self} if vals.get("ownership") else {}
        result = super().write(vals)
        changed = self.filtered(lambda machine: machine in before and before[machine] != machine.ownership)
        changed._construction_note_ownership(before)
        return result

    def _construction_note_ownership(self, before):
        """:param before: {machine: what it was until yesterday}"""
        today = fields.Date.context_today(self)
        for machine in self.sudo():
            known = machine.construction_ownership_ids
            now = known.filtered(lambda line: line.date_from == today)
            if now:
                now.ownership = machine.ownership
            else:
                old = before.get(machine)
                lines = [{"ownership": old, "date_from": False}] if old and not known else []
                lines.append({"ownership": machine.ownership, "date_from": today if known or old else False})
                known.create([{"equipment_id": machine.id, **line} for line in lines])
            machine._construction_recharge(today)

    def _construction_ownership_on(self, date):
        """Whose one machine was on a date: owned, rented or leased."""
        self.ensure_one()
        lines = self.sudo().construction_ownership_ids.sorted("id")
        held = lines.filtered(lambda line: not line.date_from or line.date_from <= date)
        return (held[-1:] or lines[:1]).ownership or self.ownership

    def _construction_recharge(self, since):
        """Propose anew what jobs pay for one machine from a day on: approved charges are corrected."""
        dated = [("date", ">=", since)] if since else []
        days = self.env["construction.equipment.day"].sudo()
        approved = days.search([("equipment_id", "=", self.id), ("state", "=", "approved"), *dated])
        for date in sorted(set(approved.mapped("date"))):
            self.env["construction.equipment.charge"].sudo()._propose(self, date)
