# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError

OURS = "construction_"


class ConstructionShipped(models.AbstractModel):
    """What the suite brings along and works by: it stays as long as the suite does.

    Mixed into models of Odoo whose records the suite's code reads by their external id. An update or a
    removal of the module that brought them takes them away as ever.
    """

    _name = "construction.shipped"
    _description = "Records the Suite Works By"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shipped(self):
        names = self._get_external_ids()
        for record in self:
            if any(name.startswith(OURS) for name in names[record.id]):
                raise UserError(
                    self.env._(
                        "%(name)s (%(kind)s) belongs to the construction suite, which works by it: it cannot "
                        "be deleted. Take it away from those who shall not use it, or archive it.",
                        name=record.display_name,
                        kind=record._description,
                    )
                )


class ResGroups(models.Model):
    _name = "res.groups"
    _inherit = ["res.groups", "construction.shipped"]


class IrCron(models.Model):
    _name = "ir.cron"
    _inherit = ["ir.cron", "construction.shipped"]


class AccountAnalyticPlan(models.Model):
    _name = "account.analytic.plan"
    _inherit = ["account.analytic.plan", "construction.shipped"]


class ConstructionCostType(models.Model):
    _name = "construction.cost.type"
    _inherit = ["construction.cost.type", "construction.shipped"]
