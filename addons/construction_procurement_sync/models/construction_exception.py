# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.construction_sync.models.construction_owner_rule import OwnerFinder

from .construction_order_change import CAUSE, MANAGER
from .res_company_lock import BOOK_LOCKS, COST_LOCK
from .tier_validation import APPROVAL, NOBODY

CHANGE = "construction.order.change"
CONTROLLER = "construction_base.group_cost_controller"


class ConstructionException(models.Model):
    _inherit = "construction.exception"

    def _barred(self):
        """Who entered or corrected a bill or a change of an order does not let it pass: the next one does."""
        told = self.env["construction.hold"]._construction_categories()
        bill = self.sudo().record_ref if self.category in told and not self.choices else None
        if bill and bill._name == "construction.order.change" and bill.stop == "approval":
            return super()._barred() | bill._construction_authors()
        if not bill or bill._name != "account.move" or not bill._construction_open_holds():
            return super()._barred()
        return super()._barred() | bill._construction_authors()

    # --- whose ----------------------------------------------------------------------------------------

    @api.model
    def _groups_that_own(self, job, category):
        """Who approves purchases does so for every job."""
        groups = super()._groups_that_own(job, category)
        return (*groups, MANAGER) if job and category != "mapping" else groups

    @api.model
    def _first_owner(self, company, source, error, vals):
        record = self._alive(error, "record")
        job = self.env["project.project"].browse(vals["job_id"] or ())
        approvers = self._construction_approvers(record, vals["cause_key"])
        found = self._construction_approver(approvers, OwnerFinder(self.env, company), job, vals["category"])
        return found or super()._first_owner(company, source, error, vals)

    def _next_owner(self, finder, exclude=()):
        approvers = self._construction_approvers(self.sudo().record_ref, self.cause_key)
        found = self._construction_approver(approvers, finder, self.job_id, self.category, exclude)
        return found or super()._next_owner(finder, exclude)

    @api.model
    def _construction_approvers(self, record, cause_key):
        """Whose word the record of an item waits for; nobody where something else stops it."""
        if not record or not cause_key.startswith((CAUSE, APPROVAL)) or not record.exists():
            return self.env["res.users"]
        return record.sudo()._construction_awaited().sudo()

    @api.model
    def _construction_approver(self, approvers, finder, job, category, exclude=()):
        """Who owns the item of what waits for approval: one who may give it, else a controller.

        Nobody else can do more about it than to ask them, and who administers the system is the last.
        """
        approvers = finder.in_order(approvers).sorted(lambda user: user not in job.sudo().user_id)
        controllers = finder.entitled([CONTROLLER]) if approvers else []
        barred = {user.id for user in exclude}
        for user_id in [*approvers.ids, *controllers]:
            if user_id not in barred and finder.fits(user_id, job, category):
                return self.env["res.users"].browse(user_id)
        return self.env["res.users"]

    @api.model
    def _construction_word_given(self, documents):
        """Who gave their word on these documents has no more to do: the next one gets their items."""
        refs = [f"{document._name},{document.id}" for document in documents]
        mine = [("state", "=", "open"), ("owner_id", "=", self.env.uid), ("record_ref", "in", refs)]
        for item in self.sudo().search([*mine, ("cause_key", "=like", f"{APPROVAL}%")]):
            awaited = self._construction_approvers(item.record_ref, item.cause_key)
            if awaited and self.env.user not in awaited:
                item._succeed()

    # --- what becomes of it ---------------------------------------------------------------------------

    def _replay_blocked(self, note):
        """What an item without messages stands for is looked at again: it stays as long as that waits."""
        change, document = self._construction_waiting_change(), self.sudo().record_ref
        if change:
            return change._construction_retry()
        if document and self.cause_key.startswith(NOBODY):
            return document.sudo(False)._construction_settle_nobody()
        return super()._replay_blocked(note)

    def action_resolve(self):
        for item in self:
            item._construction_check_change_decided()
        return super().action_resolve()

    def _ignore(self, reason, effects=None):
        for item in self:
            item._construction_check_change_decided()
        return super()._ignore(reason, effects)

    def _construction_waiting_change(self):
        """The change of an order that one item stands for as long as it waits."""
        self.ensure_one()
        record = self.sudo().record_ref
        if record and record._name == CHANGE and self.cause_key.startswith(CAUSE) and record.exists():
            return record.filtered(lambda change: change.state == "pending")
        return self.env[CHANGE]

    def _construction_check_change_decided(self):
        """:raises UserError: for the item of a change that waits: closed, nobody would know of it"""
        change = self._construction_waiting_change()
        if change:
            raise UserError(
                self.env._(
                    "%s waits still: have it approved or rejected, or withdraw it. Then this closes.",
                    change.name,
                )
            )

    @api.model
    def _still_closed(self, company, date, names):
        """Job costs and the books close a day; the books in the eyes of a user, who may be excepted."""
        counted = {COST_LOCK, *BOOK_LOCKS} if names is None else names
        lock = company[COST_LOCK]
        if COST_LOCK in counted and lock and date <= lock:
            return True
        asked = {name.removesuffix("_lock_date"): name in counted for name in BOOK_LOCKS}
        if company._get_lock_date_violations(date, **asked):
            return True
        return super()._still_closed(company, date, counted - {COST_LOCK, *BOOK_LOCKS})
