# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.construction_job_cost.tools import dated
from odoo.addons.construction_sync.errors import Hold, InvalidData, WaitingFor
from odoo.addons.construction_sync.lib.keys import document_key
from odoo.addons.construction_sync.models.construction_event_handler import REFS

BUYER = "construction_base.group_buyer"
PAYABLE = "construction_base.group_accounts_payable"
MANAGER = "construction_base.group_project_manager"
ORDER, PERIOD, NEXT_OPEN = "order", "period", "next_open"
# what a person may choose for a key of a kind
KIND_DOMAINS = {
    "order": [("state", "!=", "cancel")],
    "order_line": [("display_type", "=", False)],
    "receipt": [("picking_type_code", "=", "incoming")],
    "invoice": [("move_type", "in", ("in_invoice", "in_refund"))],
    "tax": [("type_tax_use", "=", "purchase")],
}
DIRECT_PRODUCTS = ("unit", "kg", "m", "m2", "m3", "hour", "kwh")


class ConstructionProcurementMixin(models.AbstractModel):
    """What the purchasing handlers share: orders, general products, and the days that are closed."""

    _name = "construction.procurement.mixin"
    _inherit = "construction.domain.mixin"
    _description = "Purchasing Event Handler"

    @api.model
    def _reference_domain(self, kind):
        domain = KIND_DOMAINS.get(kind)
        return super()._reference_domain(kind) if domain is None else domain

    def _buyer_of(self, order):
        """Who buys an order, where they may decide on it; else the rule says whose the item is."""
        return order._construction_buyer()

    def _cost_code(self, work, key, pointer, line=None):
        if not key and line:
            return self._chosen_code(work, line)
        return super()._cost_code(work, key, pointer)

    def _product(self, work, key, uom, cost_type, archived=None):
        """The item's product, or the general one for direct purchases in this unit."""
        if key:
            return self._item(work, key, archived)
        family = "service" if cost_type.code in ("LAB", "SUB") else "goods"
        for name in DIRECT_PRODUCTS:
            product = self._standard(
                "product.product", f"construction_procurement_sync.product_direct_{family}_{name}"
            )
            if product and product.uom_id._has_common_reference(uom):
                return product
        raise InvalidData(
            self.env._(
                "There is no general product in a unit like %s: name an item, or ask for one.",
                uom.name,
            ),
            cause_key=f"direct:{uom.name}",
            job=work.job,
        )

    # --- dates ----------------------------------------------------------------

    def _check_open(self, work, date, what, **info):
        """:raises PeriodLocked: when the job-cost period of date is locked"""
        self.env.company._construction_check_open([date], what, job=work.job, **info)

    def _dated(self, work, records, date):
        """These documents such that their cost entries bear this date and correlation."""
        return dated(records, date, work.message.correlation)

    # --- orders ---------------------------------------------------------------

    def _known_order(self, work, key):
        """The order of a number, whatever its state; waits for it when it has not come."""
        entry = self._order_entry(work, key)
        order = self.env["purchase.order"].browse(entry.res_id if entry else ()) or self._ref(
            work,
            "order",
            self._order_key(work, key),
            model="purchase.order",
            wait=True,
            job=work.job,
            sentence=self.env._("Order %s has not arrived yet.", key),
        )
        # the orders of a batch are read together
        known = self.env.context.get(REFS, {}).items()
        order = order.with_prefetch(
            [hit[1] for (_source, kind, _key), hit in known if hit and kind == "order"]
        )
        work.job = work.job or self._job_of(order)
        return order

    def _job_of(self, order):
        """The job that an order is for: its own, or the first of its lines'."""
        return order.construction_order_job_id or order.order_line.construction_job_id[:1]

    def _released_order(self, work, key):
        """The order of a number once it is confirmed; waits for its release."""
        order = self._known_order(work, key)
        entry = self._order_entry(work, key)
        if order.state == "cancel":
            raise InvalidData(
                self.env._("Order %s is cancelled.", key),
                cause_key=f"cancelled:{document_key(key)}",
                job=work.job,
                partner=order.partner_id,
                record=order,
            )
        if order.state != "purchase":
            raise WaitingFor(
                "released_order",
                entry.key if entry else self._order_key(work, key),
                self.env._("Order %s is not released yet.", key),
                job=work.job,
                partner=order.partner_id,
                record=order,
            )
        return order

    def _require_warehouse(self):
        """:raises Hold: in a company that has no place where goods are delivered to"""
        if self.env["purchase.order"]._get_picking_type(self.env.company.id):
            return
        raise Hold(
            self.env._(
                "%(company)s has no warehouse where goods could be delivered to. Make one in Inventory, then "
                "replay.",
                company=self.env.company.name,
            ),
            cause_key="no_warehouse",
        )

    def _resume_stopped(self, order):
        """Replay what is stopped at this order, for it has changed."""
        items = (
            self.env["construction.exception"]
            .sudo()
            .search([("record_ref", "=", f"{order._name},{order.id}"), ("state", "=", "open")])
        )
        bills = order.order_line.invoice_lines.move_id.filtered("construction_on_hold")
        if items:
            items.blocked_ids._requeue(self.env._("Order %s has changed.", order.name))
        if bills:
            self.env["construction.message"]._resume_for_records(bills)
