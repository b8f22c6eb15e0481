# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.lib.ordering import HEAVY

# a document of so many lines is at work for a while, in which others change what it changes
MANY_LINES = 50


class ConstructionLargeDocumentMixin(models.AbstractModel):
    """Documents of many lines: out of the way of others, and sure of what they will change."""

    # apart from what the handlers share: what a document says and how long it takes are two ideas
    _inherit = "construction.procurement.mixin"  # pylint: disable=consider-merging-classes-inherited

    def _weight(self, data):
        return len(data.get("lines") or ()) or 1

    def _lane(self, data):
        """A document of very many lines is not in the way of approvals and receipts of others."""
        return "bulk" if self._weight(data) > HEAVY else super()._lane(data)

    def _hold_budget(self, lines):
        """Lock, before the work, the budgets that an order of many lines will be checked against.

        What others took of them since this transaction began shows now, and it is tried again at once.

        :param dict lines: values of the order's lines by key
        """
        if len(lines) < MANY_LINES:
            return
        jobs = self.env["project.project"].sudo()
        jobs = jobs.browse({vals["construction_job_id"] for vals in lines.values()})
        controlled = set(jobs._construction_under_budget_control().ids)
        cells = {(vals["construction_job_id"], vals["cost_code_id"]) for vals in lines.values()}
        cells = {cell for cell in cells if cell[0] in controlled}
        if cells:
            self.env["construction.budget.cell"].sudo()._hold(cells)
