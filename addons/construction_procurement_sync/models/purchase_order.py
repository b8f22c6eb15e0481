# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from odoo.addons.construction_base.lib.named_error import DayLocked
from odoo.addons.construction_job_cost.errors import BudgetExceeded
from odoo.addons.construction_master_sync.models.construction_external_mixin import ConstructionExternalMixin
from odoo.addons.construction_sync.errors import Hold
from odoo.addons.construction_sync.lib.keys import document_key

from .tier_validation import APPROVAL, NOBODY

HANDLING = "construction_handling"
BUYER = "construction_base.group_buyer"


class PurchaseOrder(models.Model):
    _name = "purchase.order"
    _inherit = ["purchase.order", "construction.external.mixin", "construction.left.behind.mixin"]
    _construction_event_fields = ConstructionExternalMixin._construction_event_fields | {
        "construction_merged_into_id",
        "construction_stopped",
    }

    construction_order_job_id = fields.Many2one(
        "project.project",
        string="Ordered for Job",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The job that the other system ordered for.",
    )

    def _construction_buyer(self):
        """Who buys this order, where they may decide on it; None where nobody does, and the rule says."""
        user = self.sudo().user_id
        return user if user and user.has_group(BUYER) else None

    def _construction_release(self, alone=True):
        """Confirm one order if approval policy, budget and period let it.

        :param bool alone: undo only this order when something stops it; without, the
            stop is raised, and whoever handles a batch goes one at a time
        :return: None when it is confirmed, or the error that says what stops it; the
            order then stays as it is
        :raises BudgetExceeded, PeriodLocked, BooksLocked: when it is not alone
        """
        self.ensure_one()
        if self.state == "purchase":
            return None
        stop = self._construction_approval_stop()
        if stop:
            return stop
        if not alone:
            self.with_context(**{HANDLING: True}).button_confirm()
            return self._construction_approval_stop()
        try:
            with self.env.cr.savepoint():
                self.with_context(**{HANDLING: True}).button_confirm()
        except BudgetExceeded as error:
            return self._construction_budget_stop(error)
        except DayLocked as error:
            key = f"period:order:{document_key(self._construction_number())}"
            return error.about(cause_key=key, record=self)
        return self._construction_approval_stop()

    def _construction_budget_stop(self, error):
        return error.about(cause_key=f"budget:{document_key(self._construction_number())}", record=self)

    def _construction_approval_stop(self):
        """The hold of an order that still needs someone's approval, or None."""
        sentence = None
        if self.state == "to approve":
            sentence = self._construction_nobody_sentence() or self.env._(
                "Order %s waits for the approval of a purchase manager.", self.name
            )
        elif self.state in ("draft", "sent"):
            if self.need_validation:
                self.with_context(**{HANDLING: True}).request_validation()
                # not stored, and what it depends on is no field: asked twice in one batch, it stays true
                self.invalidate_recordset(["need_validation"])
            if self.validation_status == "rejected":
                sentence = self.env._("Order %s was rejected by its reviewer.", self.name)
            elif self.review_ids and self.validation_status != "validated":
                sentence = self._construction_nobody_sentence() or self.env._(
                    "Order %s waits for its approval.", self.name
                )
        elif self.state == "cancel":
            sentence = self.env._("Order %s is cancelled.", self.name)
        if not sentence:
            return None
        return Hold(
            sentence,
            cause_key=f"{APPROVAL}{document_key(self._construction_number())}",
            job=self.order_line.construction_job_id[:1],
            partner=self.partner_id,
            record=self,
        )

    def _construction_awaited(self):
        awaited = super()._construction_awaited()
        return awaited | self._construction_deputies() if self.state == "to approve" else awaited

    def _construction_resume(self):
        """Let the messages that wait on these orders go on by themselves."""
        orders = self.filtered("construction_external_key")
        if orders and not self.env.context.get(HANDLING):
            self.env["construction.message"]._resume_for_records(orders)

    def _construction_resume_stopped_by_budget(self):
        """Let those of these orders go on that their budget stopped, and that it has room for by now."""
        references = [f"{self._name},{order.id}" for order in self if order.state in ("draft", "sent")]
        items = self.env["construction.exception"].sudo()
        found = items.search(
            [("record_ref", "in", references), ("category", "=", "budget"), ("state", "=", "open")]
        )
        stopped = self.browse(sorted(item.record_ref.id for item in found))
        stopped.filtered(lambda order: not order._construction_short_amount())._construction_resume()

    def _construction_release_waiting(self):
        """Let what waits for the release of these orders go on, though their keys were known before."""
        released = (
            self.env["construction.crosswalk"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("kind", "=", "released_order"),
                    ("valid_until", "=", False),
                ]
            )
        )
        if released:
            released._announce_anew()

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "purchase":
            # by whatever button or event: one set back to draft is known all the time
            self._construction_release_waiting()
        if vals.get("state") in ("purchase", "cancel"):
            self._construction_end_told()
        if vals.get("state") == "cancel":
            # what is billed of it on hold says so
            self.sudo().order_line.invoice_lines.move_id._construction_say_cancelled()
        if vals.get("construction_override_by_id"):
            self._construction_resume()
        return result

    def _construction_end_told(self):
        """Close the work items that tell of these orders because nothing else did while they were drafts."""
        self.env["construction.exception"]._end_told(
            self, ("kept:", NOBODY), self.env._("It was confirmed or cancelled.")
        )

    def _validate_tier(self, tiers=False):
        result = super()._validate_tier(tiers)
        if self.validation_status == "validated":
            self._construction_resume()
        return result

    def button_approve(self, force=False):
        result = super().button_approve(force=force)
        self.filtered(lambda order: order.state == "purchase")._construction_resume()
        return result
