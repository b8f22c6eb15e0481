# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

ASKS = ("to_approve", "approved", "in_progress")


class PurchaseRequest(models.Model):
    _name = "purchase.request"
    _inherit = ["purchase.request", "construction.external.mixin", "construction.left.behind.mixin"]

    # one that an event brings is asked for by somebody on site, who need be no user
    requested_by = fields.Many2one(required=False)
    construction_requester = fields.Char(string="Requested on Site by", readonly=True, copy=False)
    construction_urgency = fields.Selection(
        [("routine", "Routine"), ("urgent", "Urgent")],
        string="Urgency",
        readonly=True,
        copy=False,
    )

    def write(self, vals):
        if vals.get("state") in ASKS:
            for request in self.filtered(lambda request: request.state not in ASKS):
                for job in request.sudo().line_ids._construction_jobs()._construction_shut():
                    raise UserError(
                        self.env._(
                            "%(request)s is not put forward. %(why)s",
                            request=request.display_name,
                            why=job.with_env(self.env)._construction_shut_sentence(),
                        )
                    )
        result = super().write(vals)
        if vals.get("state", "draft") != "draft":
            self.env["construction.exception"]._end_told(self, ("kept:",), self.env._("It was decided upon."))
        return result
