# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.construction_base.lib.decimals import ZERO, decimal
from odoo.addons.construction_job_cost.errors import BudgetExceeded
from odoo.addons.construction_job_cost.lib.commitment import open_amount, open_quantity, revised
from odoo.addons.construction_sync.errors import Hold
from odoo.addons.construction_sync.lib.words import listed

from ..lib import order_change
from ..tools import is_coded
from .purchase_order import HANDLING

# of the order, what an event changes with its lines
HEADER = (
    "name",
    "construction_external_key",
    "construction_revision",
    "construction_occurred_at",
    "construction_order_job_id",
)
# of a line, what a change may change
WRITTEN = (
    "name",
    "product_qty",
    "price_unit",
    "discount",
    "analytic_distribution",
    "tax_ids",
    "date_planned",
    "construction_agreed",
    "construction_external_line",
    "construction_substitute_qty",
)
MADE = (
    *WRITTEN,
    "product_id",
    "product_uom_id",
    "sequence",
    "construction_substitute_for_id",
)
MONEY = ("product_qty", "price_unit", "discount", "analytic_distribution")


class ChangeStopped(Exception):
    """Undoes a change that needs somebody's word first."""

    def __init__(self, stop, kind, **vals):
        super().__init__(stop.sentence)
        self.stop, self.kind, self.vals = stop, kind, vals


@dataclass
class Snapshot:
    """A line of an order at one moment: what it says, what it commits, and its values."""

    said: order_change.Said
    position: dict
    vals: dict
    label: str
    unit: int
    coding: str
    taxes: str


class PurchaseOrder(models.Model):
    """A released order changes as a whole, and what asks for more is a document."""

    # apart from the order: what it is and how it changes are two ideas
    _inherit = "purchase.order"  # pylint: disable=consider-merging-classes-inherited

    construction_change_ids = fields.One2many(
        "construction.order.change", "order_id", string="Changes", readonly=True, copy=False
    )
    construction_open_change_id = fields.Many2one(
        "construction.order.change", compute="_compute_construction_change", string="Open Change"
    )
    construction_change_count = fields.Integer(compute="_compute_construction_change")

    def _compute_construction_change(self):
        changes = self.env["construction.order.change"]
        found = changes.search([("order_id", "in", self.ids)]) if changes.has_access("read") else changes
        of_order = found.grouped("order_id")
        for order in self:
            mine = of_order.get(order, changes)
            order.construction_change_count = len(mine)
            order.construction_open_change_id = mine.filtered(lambda c: c.state == "pending")[:1]

    def _construction_open_change(self):
        """The change of this order that waits, or an empty recordset."""
        changes = self.env["construction.order.change"].sudo()
        return changes.search([("order_id", "in", self.ids), ("state", "=", "pending")])

    # --- one change -----------------------------------------------------------------------------------

    def _construction_change(self, write, **info):
        """Do to a released order what ``write`` does, as one change.

        What asks for no more is done. What asks for more is a document: done where nothing stops it, else
        undone and left pending. Either replaces a change of the order that waits.

        :param write: called without arguments; writes the order and its lines
        :param info: values of the document: origin, reason, requested_by_id, …
        :return: the construction.order.change, or an empty one
        """
        self.ensure_one()
        order = self.sudo()
        waiting = order._construction_open_change()
        replaced = self.env._("the order was changed anew.")
        before, header = order._construction_snapshot(), order._construction_header()
        found = {"after": before, "header": header, "more": ()}

        def step():
            # what it had reserved is there for what takes its place
            waiting._construction_close("superseded", replaced)
            write()
            found["after"], found["header"] = order._construction_snapshot(), order._construction_header()
            both = said(before), said(found["after"]), decimal(order.currency_id.rounding)
            found["more"] = order_change.more(*both)
            if found["more"]:
                change = self.env["construction.order.change"].sudo()
                order._construction_check_stops(change, order_change.raised(*both))

        stop = order._construction_try(step)
        if not found["more"] and not stop:
            return self.env["construction.order.change"]
        if stop:
            waiting._construction_close("superseded", replaced)
        if header != found["header"]:
            info["header"] = {k: v for k, v in found["header"].items() if header[k] != v}
        changes = self.env["construction.order.change"].sudo()
        return changes._construction_make(order, before, found["after"], stop, info).with_env(self.env)

    def _construction_try(self, step):
        """Change a released order by ``step``, which is undone where something stops it.

        :return: None, or what stops it, as a ChangeStopped
        """
        try:
            with self.env.cr.savepoint(), self._construction_changed_together():
                step()
        except BudgetExceeded as error:
            return ChangeStopped(self._construction_budget_stop(error), "budget")
        except ChangeStopped as stopped:
            return stopped
        return None

    def _construction_check_stops(self, change, raised):
        """Look at the order as it is changed, as it was looked at before its release.

        :param change: the construction.order.change that brings it, or none yet
        :param set raised: the cells for which it asks for more, as lib.order_change has them
        :raises ChangeStopped: when it needs somebody's word
        """
        if self._construction_lapsed():
            raise ChangeStopped(self._construction_lapsed_stop(), "compliance")
        tiers = self._construction_tiers() - change.approved_tier_ids
        limited = self._construction_above_limit() and not change.manager_approved
        if tiers or limited:
            stop = Hold(
                self.env._("The change of order %s waits for approval, as the order would.", self.name),
                job=self.order_line.construction_job_id[:1],
                partner=self.partner_id,
            )
            raise ChangeStopped(
                stop,
                "approval",
                tier_ids=[fields.Command.set((tiers | change.approved_tier_ids).ids)],
                needs_manager=limited,
            )

    def _construction_tiers(self):
        """The reviews that the approval policy asks for an order as it is now."""
        domain = [("model", "=", self._name), ("company_id", "in", [False, self.company_id.id])]
        tiers = self.env["tier.definition"].sudo().search(domain)
        return tiers.filtered(lambda tier: self.evaluate_tier(tier))

    def _construction_reviewers(self, tier):
        """Who reviews this order by one definition."""
        tier, users = tier.sudo(), self.env["res.users"].sudo()
        found = tier.reviewer_id | tier.reviewer_group_id.all_user_ids
        if not found and tier.reviewer_field_id:
            named = self.sudo()[tier.reviewer_field_id.name]
            found = {"res.users": named, "res.groups": named}.get(named._name, users)
            found = found.all_user_ids if found._name == "res.groups" else found
        return users.browse(found.ids)

    def _construction_above_limit(self):
        """Whether Odoo's approval limit of the company asks for a purchase manager."""
        company = self.company_id.sudo()
        if company.po_double_validation != "two_step":
            return False
        limit = company.currency_id._convert(
            company.po_double_validation_amount,
            self.currency_id,
            company,
            self.date_order or fields.Date.context_today(self),
        )
        return self.currency_id.compare_amounts(self.amount_total, limit) >= 0

    # --- what it says -----------------------------------------------------------------------------------

    def _construction_header(self):
        return {name: plain(self, name) for name in HEADER}

    def _construction_snapshot(self):
        """{order line: Snapshot} of an order now."""
        self.ensure_one()
        lines = self.sudo().order_line.filtered(lambda line: not line.display_type)
        figures = lines._construction_order_lines()
        return {line: line._construction_snapshot(figures[line]) for line in lines}

    def _construction_is_for_job(self):
        return bool(self.sudo().construction_order_job_id) or is_coded(self.sudo().order_line)

    # --- when something is cured ----------------------------------------------------------------------

    def _construction_retry_changes(self):
        """Look again whether anything stops the changes of these orders that wait."""
        for change in self._construction_open_change():
            change._construction_retry()

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") in ("cancel", "draft", "sent"):
            waiting = self._construction_open_change()
            waiting._construction_close("cancelled", self.env._("the order is no longer released."))
        if vals.get("construction_override_by_id") or ("locked" in vals and not vals["locked"]):
            if not self.env.context.get(HANDLING):
                self._construction_retry_changes()
        return result

    def _construction_short_amount(self):
        change = self._construction_open_change()
        if not change:
            return super()._construction_short_amount()
        return change._construction_short_amount()

    def action_construction_changes(self):
        """Open the changes of these orders."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "construction_procurement_sync.construction_order_change_action"
        )
        changes = self.construction_change_ids
        action.update(domain=[("order_id", "in", self.ids)], context={"create": False})
        if len(changes) == 1:
            action.update(views=[(False, "form")], res_id=changes.id, view_mode="form")
        return action

    @api.ondelete(at_uninstall=False)
    def _unlink_except_changed(self):
        changed = self.sudo().filtered("construction_change_ids")
        if changed:
            raise UserError(
                self.env._(
                    "Order %s was changed while it was released, and its changes are kept: cancel it.",
                    changed[0].name,
                )
            )

    def action_construction_change(self):
        """Ask for a change of a released order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change the Order"),
            "res_model": "construction.order.change.request",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_construction_open_change(self):
        self.ensure_one()
        return self.construction_open_change_id.get_formview_action()


class PurchaseOrderLine(models.Model):
    # the same for its lines
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    def _construction_snapshot(self, figures):
        """:param figures: its lib.commitment.OrderLine"""
        self.ensure_one()
        order, position = self.order_id, {}
        amount = open_amount(figures) * self._construction_cost_factor()
        for part in self._construction_split_position(
            "commitment", amount, order.currency_id, order.currency_rate or 1, open_quantity(figures)
        ):
            key = tuple(part[n] or None for n in ("job_id", "cost_code_id", "cost_type_id", "currency_id"))
            found = tuple(decimal(part[n]) for n in ("amount", "amount_currency", "quantity"))
            position[key] = tuple(a + b for a, b in zip(position.get(key, (ZERO,) * 3), found, strict=True))
        return Snapshot(
            said=self._construction_say(figures),
            position=position,
            vals={name: plain(self, name) for name in MADE},
            label=self._construction_line_label(),
            unit=self.product_uom_id.id,
            coding=self._construction_coding_words(),
            taxes=listed(self.env, self.tax_ids.mapped("name")),
        )

    def _construction_say(self, figures):
        """What the line says, as a lib.order_change.Said; one closed short says what came of it."""
        order, net = self.order_id, revised(figures)
        amount = net * self._construction_cost_factor()
        tax = decimal(self.price_total) - figures.amount
        split = self._construction_split_position
        cells = {}
        for share in split("commitment", amount, order.currency_id, order.currency_rate or 1):
            cell = (share["job_id"], share["cost_code_id"], share["cost_type_id"] or None)
            cells[cell] = cells.get(cell, 0) + share["amount_currency"]
        price = self.price_unit
        if self.product_id:
            price = self.product_uom_id._compute_price(price, self.product_id.uom_id)
        return order_change.Said(
            amount=decimal(amount),
            quantity=decimal(self.product_qty),
            price=round(decimal(price), 6),
            discount=decimal(self.discount),
            cells=cells,
            taxed=net + (tax * net / figures.amount if figures.amount else tax),
        )


def said(shots):
    """{order line id: lib.order_change.Said} of {order line: Snapshot}"""
    return {line.id: shot.said for line, shot in shots.items()}


def plain(record, name):
    """The value of a field as it is written, and as JSON has it."""
    field = record._fields[name]
    value = record[name]
    if field.type in ("many2many", "one2many"):
        return value.ids
    if field.type == "datetime":
        return fields.Datetime.to_string(value) if value else False
    return field.convert_to_write(value, record)
