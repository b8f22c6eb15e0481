# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError

from ..lib.mark import mark


class ConstructionEquipmentDay(models.Model):
    """Hours are approved as they were seen."""

    # apart from how hours come to be
    _name = "construction.equipment.day"
    _inherit = ["construction.equipment.day", "construction.equipment.seen.mixin"]

    def _asked_mark(self):
        of = (self.equipment_id, self.job_id, self.cost_code_id)
        hours = (self.hours, self.idle_hours, self.standby_hours, self.down_hours, self.overtime_hours)
        doubts = (self.disputed, self.estimated, self.questioned, self.correction)
        return mark(*(record.id for record in of), self.date, self.state, *hours, self.origin, *doubts)

    def action_review(self):
        """Show what would be approved, and ask."""
        days = self.filtered(lambda found: found.state == "open")
        if not days:
            raise UserError(self.env._("Nothing of this waits for approval."))
        days.check_access("read")
        return self.env["construction.equipment.approval"]._ask(days)

    def action_approve(self):
        self._check_seen()
        return super().action_approve()
