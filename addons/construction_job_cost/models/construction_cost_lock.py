# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ConstructionCostLock(models.Model):
    """History of closing and reopening periods; the last one gives the company's lock date."""

    _name = "construction.cost.lock"
    _description = "Job Cost Period Close"
    _inherit = ["construction.reach.mixin"]
    _order = "id desc"
    _rec_name = "lock_date"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    previous_date = fields.Date(string="Closed Before", readonly=True)
    lock_date = fields.Date(
        string="Closed Up To", help="No entry is taken on or before this day. Empty: all is open."
    )
    reason = fields.Char(help="Why it was closed or reopened.")
    create_uid = fields.Many2one("res.users", string="By", readonly=True)
    create_date = fields.Datetime(string="On", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._(
                    "Periods are closed and reopened by the buttons of Period Close, which ask a cost "
                    "controller before they do."
                )
            )
        locks = self.browse()
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
            previous = company.sudo().construction_cost_lock_date
            date = fields.Date.to_date(vals.get("lock_date"))
            if not (vals.get("reason") or "").strip():
                if previous and (not date or date < previous):
                    raise UserError(self.env._("Say why the period after %s is reopened.", date or "-"))
                raise UserError(self.env._("Say why the period up to %s is closed.", date or "-"))
            locks |= super().create({**vals, "company_id": company.id, "previous_date": previous})
            company.sudo().construction_cost_lock_date = date
        return locks

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The history of closed periods is not changed; add to it."))

    def unlink(self):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The history of closed periods is not deleted; add to it."))
