# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.construction_sync.models.construction_event_handler import at_work

ASKS = ("to_approve", "approved", "in_progress")


class PurchaseRequest(models.Model):
    _name = "purchase.request"
    _inherit = [
        "purchase.request",
        "construction.external.mixin",
        "construction.left.behind.mixin",
        "construction.authors.mixin",
    ]
    _construction_review_lines = "line_ids"

    # one that an event brings is asked for by somebody on site, who need be no user
    requested_by = fields.Many2one(required=False)
    construction_requester = fields.Char(string="Requested on Site by", readonly=True, copy=False)
    construction_urgency = fields.Selection(
        [("routine", "Routine"), ("urgent", "Urgent")],
        string="Urgency",
        readonly=True,
        copy=False,
    )

    def _construction_authors(self):
        return super()._construction_authors() | self.requested_by

    def _construction_note_entered(self):
        """Note who changes what these requests ask for before they are approved."""
        if at_work(self.env):
            return
        asked = self.filtered(lambda request: request.state in ("draft", "to_approve"))
        asked._construction_note_author()
        asked._construction_review_anew()

    def write(self, vals):
        if vals.get("state") == "approved" and not (self.env.su or at_work(self.env)):
            # one that another person has reviewed goes on by whoever
            self.filtered(lambda r: r.validation_status != "validated")._construction_check_not_own()
        forward = self.browse()
        if vals.get("state") in ASKS:
            forward = self.filtered(lambda request: request.state not in ASKS)
            for request in forward:
                for job in request.sudo().line_ids._construction_jobs()._construction_shut():
                    raise UserError(
                        self.env._(
                            "%(request)s is not put forward. %(why)s",
                            request=request.display_name,
                            why=job.with_env(self.env)._construction_shut_sentence(),
                        )
                    )
        result = super().write(vals)
        forward.line_ids._check_coding_has_job()
        if vals.get("state", "draft") != "draft":
            self.env["construction.exception"]._end_told(self, ("kept:",), self.env._("It was decided upon."))
        return result
