# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ConstructionCostMark(models.Model):
    """A difference of past days that a cost controller has looked at and lets stand, with the reason.

    What stands in a closed period cannot be put right there: the figure stays, and this says why.
    """

    _name = "construction.cost.mark"
    _description = "Past Difference Let Stand"
    _order = "id desc"
    _rec_name = "reference"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    job_id = fields.Many2one("project.project", readonly=True, ondelete="restrict")
    reference = fields.Char(string="Document", readonly=True)
    signature = fields.Char(required=True, readonly=True, index=True)
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True)
    difference = fields.Monetary(currency_field="company_currency_id", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    reason = fields.Char(required=True, readonly=True)
    create_uid = fields.Many2one("res.users", string="By", readonly=True)
    create_date = fields.Datetime(string="On", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("The reconciliation lets a past difference stand, with a reason."))
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("What was let stand is not changed."))

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(self.env._("What was let stand is not deleted."))
