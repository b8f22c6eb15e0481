# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.construction_sync.lib.words import listed

from ..models.purchase_order import BUYER, HANDLING

CODING = ("construction_job_id", "cost_code_id", "cost_type_id")
# what the request shows of a line, and writes back
LINE = ("product_id", "product_uom_id", "product_qty", "price_unit", "discount", "tax_ids", *CODING)


class ConstructionOrderChangeRequest(models.TransientModel):
    """What a released order is to become, by hand."""

    _name = "construction.order.change.request"
    _description = "Change the Order"
    _inherit = ["construction.seen.mixin"]
    _pointing = ("order_id",)
    _shows = ("order_id",)

    order_id = fields.Many2one("purchase.order", required=True, readonly=True)
    company_id = fields.Many2one(related="order_id.company_id")
    currency_id = fields.Many2one(related="order_id.currency_id")
    reason = fields.Char(required=True)
    line_ids = fields.One2many("construction.order.change.request.line", "request_id")
    amount_before = fields.Monetary(compute="_compute_amount", string="Order Now")
    amount_after = fields.Monetary(compute="_compute_amount", string="Order After")

    @api.depends("line_ids.amount", "order_id")
    def _compute_amount(self):
        for request in self:
            request.amount_before = request.order_id.amount_untaxed
            request.amount_after = sum(request.line_ids.mapped("amount"))

    @api.model
    def default_get(self, names):
        values = super().default_get(names)
        order = self.env["purchase.order"].browse(values.get("order_id") or ())
        if order and "line_ids" in names:
            order.check_access("read")
            values["line_ids"] = [
                fields.Command.create(self._prepare_line_vals(line))
                for line in order.order_line.filtered(lambda line: not line.display_type)
            ]
        return values

    @api.model
    def _prepare_line_vals(self, line):
        return {
            "order_line_id": line.id,
            "label": line._construction_line_label(),
            "product_id": line.product_id.id,
            "name": line.name,
            "quantity": line.product_qty,
            "product_uom_id": line.product_uom_id.id,
            "price_unit": line.price_unit,
            "discount": line.discount,
            **{name: line[name].id for name in CODING},
        }

    def _shown(self):
        """The lines as they were when it was opened: what is left as it was shown is not put back."""
        order = self.order_id
        lines = order.order_line.filtered(lambda line: not line.display_type)
        figures = {line: self._figures(line, *LINE) for line in lines}
        return {order: self._figures(order, "state", "currency_id"), **figures} if order else {}

    def action_request(self):
        """Make the change: done at once where nothing stops it, else pending until it is approved.

        :raises AccessError: for who is no buyer
        :raises UserError: when nothing changes, the order takes no change now, or it is not what was shown
        """
        self.ensure_one()
        order = self.order_id
        self._check_may_change(order)
        self._check_seen()
        if self.line_ids.order_line_id.order_id - order:
            raise UserError(self.env._("Lines of another order are changed there."))
        changed = self.line_ids.filtered(lambda line: not line.order_line_id or line._changed_vals())
        if not changed:
            raise UserError(self.env._("Nothing is changed: say what the order is to become."))
        changed._check_what()
        changed._check_floor()
        for field in CODING:
            # what stands for these is not undone with a change that waits
            changed[field]._construction_analytic_accounts()
        change = order.with_context(**{HANDLING: True})._construction_change(
            changed._write_to_order, origin="hand", requested_by_id=self.env.uid, reason=self.reason.strip()
        )
        if not change:
            order.sudo().message_post(
                author_id=self.env.user.partner_id.id,
                body=self.env._("Changed by %(user)s: %(why)s", user=self.env.user.name, why=self.reason),
            )
            return {"type": "ir.actions.act_window_close"}
        return change.with_env(self.env).get_formview_action()

    def _check_may_change(self, order):
        order.check_access("write")
        user = self.env.user
        if not (user.has_group(BUYER) or user.has_group("purchase.group_purchase_user")):
            raise AccessError(self.env._("Buyers change orders."))
        if not self.reason.strip():
            raise UserError(self.env._("Say why the order changes."))
        if order.state != "purchase":
            raise UserError(self.env._("Order %s is not released: change its lines as they are.", order.name))
        if order._construction_is_locked_by_hand():
            raise UserError(self.env._("Order %s is locked: unlock it first.", order.name))
        waiting = order._construction_open_change()
        if waiting:
            raise UserError(
                self.env._(
                    "%s waits already: have it approved or rejected, or withdraw it, then ask for another.",
                    waiting.name,
                )
            )


class ConstructionOrderChangeRequestLine(models.TransientModel):
    _name = "construction.order.change.request.line"
    _description = "Line of a Request to Change an Order"
    _nothing_seen = "It is asked for with its request, which has the mark of all lines."

    request_id = fields.Many2one("construction.order.change.request", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="request_id.company_id")
    currency_id = fields.Many2one(related="request_id.currency_id")
    order_line_id = fields.Many2one("purchase.order.line", readonly=True)
    label = fields.Char(string="Line", readonly=True)
    product_id = fields.Many2one("product.product", string="Item", domain="[('purchase_ok', '=', True)]")
    name = fields.Char(string="Description")
    quantity = fields.Float(digits="Product Unit")
    product_uom_id = fields.Many2one("uom.uom", string="Unit")
    price_unit = fields.Float(string="Price", digits="Product Price")
    discount = fields.Float(string="Disc.%", digits="Discount")
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        compute="_compute_tax_ids",
        store=True,
        readonly=False,
        domain="[('type_tax_use', '=', 'purchase'), ('company_id', 'parent_of', company_id)]",
    )
    amount = fields.Monetary(compute="_compute_amount")
    construction_job_id = fields.Many2one(
        "project.project",
        string="Job",
        domain="[('is_construction_job', '=', True), ('job_number', '!=', False),"
        " ('company_id', '=?', company_id)]",
    )
    cost_code_id = fields.Many2one("construction.cost.code", domain="[('company_id', '=?', company_id)]")
    cost_type_id = fields.Many2one("construction.cost.type")

    @api.depends("order_line_id")
    def _compute_tax_ids(self):
        for line in self:
            line.tax_ids = line.order_line_id.tax_ids

    @api.depends("quantity", "price_unit", "discount")
    def _compute_amount(self):
        for line in self:
            line.amount = line.quantity * line.price_unit * (1 - line.discount / 100)

    @api.onchange("product_id")
    def _onchange_product_id(self):
        for line in self.filtered(lambda line: line.product_id and not line.order_line_id):
            line.name = line.name or line.product_id.display_name
            line.product_uom_id = line.product_id.uom_id
            known = line.request_id.line_ids.filtered("construction_job_id")[:1]
            line.construction_job_id = line.construction_job_id or known.construction_job_id

    def _changed_vals(self):
        """What of an order line is to be another, as values of it."""
        self.ensure_one()
        line = self.order_line_id
        wanted = {
            "product_qty": self.quantity,
            "price_unit": self.price_unit,
            "discount": self.discount,
            **{name: self[name].id for name in CODING},
        }
        vals = {
            name: value
            for name, value in wanted.items()
            # a coding that is split over several shows as none
            if line._fields[name].convert_to_write(line[name], line) != value
            and (value or name not in CODING)
        }
        if "product_qty" in vals:
            vals = {"price_unit": self.price_unit, "discount": self.discount, **vals}
        if self.tax_ids != line.tax_ids:
            vals["tax_ids"] = [fields.Command.set(self.tax_ids.ids)]
        return vals

    def _check_what(self):
        """:raises UserError: for another item or unit of a line that is ordered: it would be another line"""
        kept = {"product_id", "product_uom_id"}
        for line in self.filtered("order_line_id"):
            if any(line[name] and line[name] != line.order_line_id[name] for name in kept):
                raise UserError(
                    self.env._(
                        "Line %s keeps its item and unit: order nothing of it, and add another line.",
                        line.label or line.order_line_id._construction_line_label(),
                    )
                )

    def _check_floor(self):
        """:raises UserError: for less than what was received or billed"""
        lines = self.filtered("order_line_id")
        states = lines.order_line_id._construction_line_states()
        floors = {
            line.id: float(state.floor) for line, state in zip(lines.order_line_id, states, strict=True)
        }
        low = lines.filtered(
            lambda line: (
                line.quantity < line.order_line_id.product_qty
                and line.product_uom_id.compare(line.quantity, floors[line.order_line_id.id]) < 0
            )
        )
        if low:
            raise UserError(
                self.env._(
                    "Of line %s more was received or billed than it would order: order at least that.",
                    listed(self.env, low.mapped("label")),
                )
            )

    def _write_to_order(self):
        for line in self:
            if line.order_line_id:
                line.order_line_id.sudo().write(line._changed_vals())
            else:
                line._add_to_order()

    def _add_to_order(self):
        self.ensure_one()
        if not self.product_id or not self.construction_job_id or not self.cost_code_id:
            raise UserError(self.env._("A line that is added needs an item, a job and a cost code."))
        order = self.request_id.order_id.sudo()
        order.order_line.create(
            {
                "order_id": order.id,
                "product_id": self.product_id.id,
                "name": self.name or self.product_id.display_name,
                "product_qty": self.quantity,
                "product_uom_id": (self.product_uom_id or self.product_id.uom_id).id,
                "price_unit": self.price_unit,
                "discount": self.discount,
                **{name: self[name].id for name in CODING if self[name]},
                # none is said: as Odoo proposes them for the item
                **({"tax_ids": [fields.Command.set(self.tax_ids.ids)]} if self.tax_ids else {}),
            }
        )
