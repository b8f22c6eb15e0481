# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class PurchaseRequest(models.Model):
    _name = "purchase.request"
    _inherit = ["purchase.request", "construction.external.mixin"]

    construction_requester = fields.Char(string="Requested on Site by", readonly=True, copy=False)
    construction_urgency = fields.Selection(
        [("routine", "Routine"), ("urgent", "Urgent")],
        string="Urgency",
        readonly=True,
        copy=False,
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state", "draft") != "draft":
            self.env["construction.exception"]._end_told(self, ("kept:",), self.env._("It was decided upon."))
        return result
