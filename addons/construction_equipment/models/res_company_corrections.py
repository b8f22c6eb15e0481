# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..errors import HoursChanged

CAUSE = "equipment:corrections"


class ResCompany(models.Model):
    # apart from what is booked
    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    def _construction_tell_corrections(self):
        """Have one work item of all approved days of each company of which something else is said now."""
        items = self.env["construction.exception"]
        days = self.env["construction.equipment.day"].sudo()
        days.flush_model()
        for company in self:
            proposed = [("company_id", "=", company.id), ("correction", "!=", False)]
            [(count, machines, first, last)] = days._read_group(
                proposed, [], ["__count", "equipment_id:count_distinct", "date:min", "date:max"]
            )
            if not count:
                found = items.sudo().search(
                    [("company_id", "=", company.id), ("cause_key", "=", CAUSE), ("state", "=", "open")]
                )
                found._close_when_empty("resolved", self.env._("Nothing is left to correct"))
                continue
            items._open(
                company,
                HoursChanged(
                    self.env._(
                        "Approved hours of %(count)s machine-days are said otherwise by now. Take the "
                        "corrections under Hours, Correction Proposed, or keep what was approved.",
                        count=count,
                    ),
                    cause_key=CAUSE,
                    record=days.search(proposed, limit=1),
                    figures={
                        self.env._("Machine-days"): count,
                        self.env._("Machines"): machines,
                        self.env._("From"): str(first),
                        self.env._("Until"): str(last),
                    },
                ),
            )
