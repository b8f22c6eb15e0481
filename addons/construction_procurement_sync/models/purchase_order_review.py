# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import AccessError

from odoo.addons.construction_sync.models.construction_event_handler import at_work

from .purchase_order import HANDLING


class PurchaseOrder(models.Model):
    """Nobody releases an order above a limit that they entered or changed themselves."""

    # apart from the order: what it says and who approves it are two ideas
    _inherit = "purchase.order"  # pylint: disable=consider-merging-classes-inherited

    def _construction_authors(self):
        """Who asked for the change that waits, too: it is what is approved, or overridden for."""
        changes = self._construction_open_change().with_env(self.env)
        asked = [change._construction_authors() for change in changes]
        return super()._construction_authors().union(*asked)

    def _approval_allowed(self):
        # Odoo has its managers approve their own
        return super()._approval_allowed() and not (
            self._construction_above_limit() and self._construction_is_own()
        )

    def write(self, vals):
        if vals.get("state") == "purchase":
            # whichever way it comes: Odoo asks in its button only
            for order in self.filtered(lambda order: not order._approval_allowed()):
                order._construction_check_not_own()
                if not self.env.su:
                    raise AccessError(
                        self.env._("Order %s is above the limit: a purchase manager approves it.", order.name)
                    )
        return super().write(vals)

    def button_approve(self, force=False):
        waiting = self.filtered(lambda order: order.state == "to approve" and not order._approval_allowed())
        waiting._construction_check_not_own()
        return super().button_approve(force=force)

    def button_confirm(self):
        """What needs a review that the user does not give waits for it."""
        rest = self - self.filtered(lambda order: order._construction_asks_for_review())
        result = super(PurchaseOrder, rest).button_confirm() if rest or not self else True
        rest.filtered(lambda order: order.state == "to approve")._construction_settle_nobody()
        return result

    def _construction_asks_for_review(self):
        """Ask for the reviews of one order that is about to be confirmed. :return: whether it waits"""
        if self.state not in ("draft", "sent") or self.env.context.get(HANDLING) or not self.need_validation:
            return False
        reviews = self.request_validation()
        # not stored, and what it depends on is no field
        self.invalidate_recordset(["need_validation"])
        self._validate_tier(reviews)
        return self.validation_status != "validated"

    def _construction_waits_for(self):
        if self.state == "to approve":
            return [self._construction_deputies()]
        return super()._construction_waits_for()

    def _construction_note_entered(self):
        result = super()._construction_note_entered()
        if not at_work(self.env):
            # an event does so itself, where it changes what was reviewed
            self.filtered(lambda order: order.state in ("draft", "sent"))._construction_review_anew()
        return result
