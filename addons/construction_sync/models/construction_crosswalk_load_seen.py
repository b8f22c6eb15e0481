# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionCrosswalkLoadSeen(models.Model):
    """Keys from a file are approved as they were seen: with another file put in they are others."""

    # apart from the load: what it is and what its approver saw are two ideas
    _name = "construction.crosswalk.load"
    _inherit = ["construction.crosswalk.load", "construction.approved.mixin"]  # pylint: disable=consider-merging-classes-inherited
    _construction_approving = ("action_approve",)

    def _construction_asked_figures(self):
        # each preview makes lines of its own
        lines = self.line_ids.ids
        said = self._construction_figures_of(self, "source_id", "submitted_by_id", "submitted_at")
        return [said, len(lines), min(lines, default=0), max(lines, default=0)]

    def action_approve(self):
        return super(ConstructionCrosswalkLoadSeen, self._construction_check_asked()).action_approve()
