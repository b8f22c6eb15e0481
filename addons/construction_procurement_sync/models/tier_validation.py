# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import AccessError

from odoo.addons.construction_sync.errors import Hold
from odoo.addons.construction_sync.lib.keys import document_key
from odoo.addons.construction_sync.models.construction_event_handler import at_work

# how the cause begins of what nobody may approve
NOBODY = "no_approver:"
# and of what waits for somebody's word
APPROVAL = "approval:"
# says that reviews are made by who asks for them; no remote call can put it in its context
ASKING = object()
OPEN = ("waiting", "pending")


class TierValidation(models.AbstractModel):
    """Nobody reviews what they entered or changed.

    Where no other reviewer is left, whoever approves orders reviews; where nobody is left at all, the
    document waits with a work item. What changes under review is reviewed anew.
    """

    _inherit = "tier.validation"

    # the lines of a document that say for which job it is
    _construction_review_lines = "order_line"

    def _get_exception_fields(self, extra_domain=None):
        if self._name not in self.env["tier.validation.exception"]._construction_models():
            return []
        return super()._get_exception_fields(extra_domain)

    def write(self, vals):
        if "validation_status" in vals and not self.env.su:
            raise AccessError(self.env._("Whether a document is validated follows from its reviews."))
        return super().write(vals)

    def _construction_has_authors(self):
        return "construction_changed_by_ids" in self._fields

    def _construction_deputies(self):
        """Who approves what has no other approver: purchase managers of its company, but for its authors."""
        self.ensure_one()
        users = self.env.ref("purchase.group_purchase_manager").sudo().all_user_ids
        return self._construction_not_authors(users)

    def _construction_not_authors(self, users):
        company = self.sudo().company_id
        users = users.sudo() - self._construction_authors().sudo()
        return users.filtered(lambda user: user.active and company in user.company_ids)

    def _construction_who_reviews(self, reviewers):
        """Who gives a review of one document, of those whom its definition names."""
        self.ensure_one()
        if not self._construction_has_authors():
            return reviewers
        found = self._construction_not_authors(reviewers) or self._construction_deputies()
        return found.with_env(self.env)

    def validate_tier(self):
        if self._construction_has_authors():
            self._construction_check_not_own()
        result = super().validate_tier()
        self.env["construction.exception"]._construction_word_given(self)
        return result

    def request_validation(self):
        asking = self.with_context(construction_reviews=ASKING)
        reviews = super(TierValidation, asking).request_validation().with_env(self.env)
        if not at_work(self.env):
            # an event's own work item says who may
            self._construction_settle_nobody()
        return reviews

    def _construction_review_anew(self):
        """Take back the reviews of these documents: what was reviewed is no longer what they say."""
        for document in self.filtered("review_ids"):
            document.restart_validation()
            document.invalidate_recordset(["need_validation"])
            document.sudo().message_post(
                author_id=self.env.user.partner_id.id,
                body=self.env._(
                    "Changed by %s under review: it is reviewed anew, so ask for its validation again.",
                    self.env.user.name,
                ),
            )

    # --- where nobody is left -------------------------------------------------------------------------

    def _construction_waits_for(self):
        """[those who may give it] of each word that one document waits for."""
        reviews = self.sudo().review_ids.filtered(lambda review: review.status in OPEN)
        reviews.filtered(lambda review: not review.reviewer_ids)._construction_renew_reviewers()
        return [review.reviewer_ids for review in reviews]

    def _construction_awaited(self):
        """The users whose word one document waits for now, who have not given theirs."""
        self.ensure_one()
        if self.validation_status == "rejected":
            return self.env["res.users"]
        reviews = self.sudo().review_ids.filtered(lambda review: review.status in OPEN)
        now = reviews.filtered(lambda review: review.status == "pending") or reviews
        return self.env["res.users"].union(*(review.reviewer_ids for review in now))

    def _construction_nobody_sentence(self):
        """What is wrong where nobody may give a word that one document waits for, or None."""
        if not self._construction_has_authors() or all(self._construction_waits_for()):
            return None
        return self.env._(
            "%s waits for approval, and all who might approve it entered or changed it themselves: give "
            "somebody else the right to approve purchases, then replay this.",
            self.display_name,
        )

    def _construction_settle_nobody(self):
        """Open or close the work items of these documents that nobody may approve."""
        items = self.env["construction.exception"].sudo()
        for document in self:
            sentence = document._construction_nobody_sentence()
            if not sentence:
                items._end_told(document, (NOBODY,), self.env._("Somebody may approve it."))
                continue
            record = document.sudo()
            lines = record[document._construction_review_lines]
            stop = Hold(
                sentence,
                cause_key=f"{NOBODY}{document_key(record.name)}",
                job=lines.construction_job_id[:1],
                record=document,
            )
            items._open(record.company_id, stop)
