# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain

from odoo.addons.construction_base.lib.decimals import ZERO, decimal
from odoo.addons.construction_base.models.construction_left_behind_mixin import PLAIN

from .purchase_order import HANDLING


class PurchaseOrder(models.Model):
    """A draft is written to; a released order is recoded by a change, which passes what any change passes."""

    _inherit = "purchase.order"  # pylint: disable=consider-merging-classes-inherited

    def _construction_recode(self, lines, target, reason):
        if self.state == "purchase":
            return self._construction_recode_released(lines, target, reason)
        result = super()._construction_recode(lines, target, reason)
        self._construction_recode_job(lines, target)
        # what its budget stopped on the old code may find room on the new one
        self._construction_resume()
        return result

    def _construction_recode_released(self, lines, target, reason):
        waiting = self._construction_open_change()
        if waiting:
            lines.change_id = waiting
            return "stopped", self.env._("%s waits: have it decided, then recode.", waiting.name)
        if self._construction_is_locked_by_hand():
            return "stopped", self.env._("Order %s is locked: have it unlocked, then recode.", self.name)
        # what stands for it is not undone with the change that waits
        target._construction_analytic_accounts()

        def recode():
            lines._write_coding(target)
            self._construction_recode_job(lines, target)

        change = self.with_context(**{HANDLING: True})._construction_change(
            recode, origin="hand", requested_by_id=self.env.uid, reason=reason
        )
        lines.change_id = change
        if change.sudo().state == "pending":
            return "waiting", self.env._(
                "%(change)s: %(why)s", change=change.name, why=change.sudo().stop_reason
            )
        return "recoded", change.name or False

    def _construction_recode_job(self, lines, target):
        """The job of the order itself goes with that of its lines."""
        first = lines[0]
        if first.recode_id.kind == "job" and self.construction_order_job_id == first._former():
            self.sudo().construction_order_job_id = target


class PurchaseOrderLine(models.Model):
    """What is ordered and not billed may be left behind."""

    _name = "purchase.order.line"
    _inherit = ["purchase.order.line", "construction.left.behind.line.mixin"]  # pylint: disable=consider-merging-classes-inherited
    _construction_document_field = "order_id"
    _construction_coded_by = (
        "procurement.purchase_order.approved",
        "procurement.purchase_order.changed",
    )

    @api.model
    def _construction_open_lines(self, domain, kind, records):
        lines = self.search(
            domain
            & Domain("order_id.state", "in", ("draft", "sent", "to approve", "purchase"))
            & Domain("display_type", "=", False),
            order="id",
        )
        name = PLAIN.get(kind)
        ids = set(records.ids) if name else ()
        found = {}
        for line, figures in lines._construction_order_lines().items():
            shares = [
                share for share in line._construction_request(figures) if not name or share[name] in ids
            ]
            amount = sum((decimal(share["amount"]) for share in shares), ZERO)
            if amount or line.order_id.state != "purchase":
                found[line] = amount
        return found

    def _construction_is_open(self):
        return self.order_id.state != "cancel"

    def _construction_named(self, told):
        # what a person ordered of a request is coded as that
        requests = self.purchase_request_lines._construction_named(told)
        by_hand = self.filtered(
            lambda line: not line.construction_external_line and line.purchase_request_lines & requests
        )
        return super()._construction_named(told) | by_hand

    def _construction_posted_amount(self):
        posted = self.invoice_lines.filtered(lambda row: row.parent_state == "posted")
        return sum(posted.mapped("balance"))
