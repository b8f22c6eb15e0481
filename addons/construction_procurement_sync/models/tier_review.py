# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessError

from ..tools import given_names
from .tier_validation import ASKING

# whose a review is and what it is of is not for anybody to write
FIXED = {"model", "res_id", "definition_id", "requested_by", "reviewer_ids", "sequence"}


class TierReview(models.Model):
    _inherit = "tier.review"

    @api.model_create_multi
    def create(self, vals_list):
        # Odoo lets every employee write reviews
        asked = self.env.su or self.env.context.get("construction_reviews") is ASKING
        if not asked or (not self.env.su and "reviewer_ids" in given_names(self.env, vals_list)):
            raise AccessError(self.env._("A review is asked for by “Request Validation”."))
        reviews = super().create(vals_list)
        reviews._construction_orders_put_forward()
        return reviews

    def write(self, vals):
        if not self.env.su:
            self._construction_check_write(vals)
        result = super().write(vals)
        if "status" in vals:
            self._construction_orders_put_forward()
        return result

    def unlink(self):
        if not self.env.su:
            self._construction_check_unlink()
        orders = self._construction_orders()
        result = super().unlink()
        orders.order_line._construction_note_cost_change()
        return result

    def _construction_check_write(self, vals):
        """:raises AccessError: for a review that is given by somebody else than one of its reviewers"""
        given = vals.get("status") == "approved"
        wrong = FIXED & vals.keys() or vals.get("done_by", self.env.uid) != self.env.uid
        if wrong or (given and any(self.env.user not in review.reviewer_ids for review in self)):
            raise AccessError(self.env._("A review is given by its reviewers, with the document's buttons."))

    def _construction_check_unlink(self):
        """:raises AccessError: where some reviews of a document are to go, and others stay"""
        for model, reviews in self.sudo().grouped("model").items():
            domain = [("model", "=", model), ("res_id", "in", reviews.mapped("res_id"))]
            if self.sudo().search_count([*domain, ("id", "not in", reviews.ids)], limit=1):
                raise AccessError(self.env._("The reviews of a document are taken back together."))

    def _get_reviewers(self):
        reviewers = super()._get_reviewers()
        document = self._construction_document()
        return document._construction_who_reviews(reviewers) if document else reviewers

    def _construction_document(self):
        """What one review is of, or None."""
        self.ensure_one()
        if not self.res_id or not self._has_resource_model():
            return None
        return self.env[self.model].browse(self.res_id).exists()

    def _construction_renew_reviewers(self):
        """See anew who may give these reviews: rights have changed, or authors."""
        self.env.add_to_compute(self._fields["reviewer_ids"], self)
        self._recompute_recordset(["reviewer_ids"])

    def _construction_orders(self):
        ids = [review.res_id for review in self.sudo() if review.model == "purchase.order"]
        return self.env["purchase.order"].sudo().browse(ids).exists()

    def _construction_orders_put_forward(self):
        """An order is pending while its review is asked for."""
        self._construction_orders().order_line._construction_note_cost_change()
