# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.construction_job_cost.lib.cause import CAUSES, Causes


class ConstructionOrderChangeLine(models.Model):
    """One line of an order, before and after a change."""

    _name = "construction.order.change.line"
    _description = "Line of a Change of an Order"
    _inherit = ["construction.cost.source.mixin"]
    _order = "id"

    change_id = fields.Many2one(
        "construction.order.change", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="change_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="change_id.currency_id")
    order_line_id = fields.Many2one("purchase.order.line", readonly=True, index=True, ondelete="set null")
    is_added = fields.Boolean(string="Added", readonly=True)
    label = fields.Char(string="Line", readonly=True)
    name = fields.Char(string="Description", readonly=True)
    product_uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    quantity_before = fields.Float(digits="Product Unit", readonly=True)
    quantity = fields.Float(digits="Product Unit", string="Quantity After", readonly=True)
    price_before = fields.Float(digits="Product Price", readonly=True)
    price = fields.Float(digits="Product Price", string="Price After", readonly=True)
    discount_before = fields.Float(digits="Discount", string="Discount Before (%)", readonly=True)
    discount = fields.Float(digits="Discount", string="Discount After (%)", readonly=True)
    coding_before = fields.Char(readonly=True)
    coding = fields.Char(string="Coding After", readonly=True)
    taxes_before = fields.Char(readonly=True)
    taxes = fields.Char(string="Taxes After", readonly=True)
    amount_before = fields.Monetary(readonly=True)
    amount = fields.Monetary(string="Amount After", readonly=True)
    amount_change = fields.Monetary(string="Net Effect", compute="_compute_amount_change")
    # what is written to the order: values of the fields that change, or of a new line
    vals = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    # the same fields as they were: a line that has changed since is not written over
    vals_before = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    # what it adds to each cell of job, code and type, as positions of the ledger
    effect = fields.Json(readonly=True, groups=fields.NO_ACCESS)

    @api.depends("amount_before", "amount")
    def _compute_amount_change(self):
        for line in self:
            line.amount_change = line.amount - line.amount_before

    # --- ledger ---------------------------------------------------------------------------------------

    def _construction_cost_document(self):
        return self.change_id

    @api.model
    def _construction_cost_of_jobs(self, jobs):
        return self.search([("change_id.job_ids", "in", jobs.ids), ("change_id.state", "=", "pending")])

    def _construction_cost_position(self):
        return {
            line: [
                {**part, "kind": "pending", "stage": "reserved" if line.change_id.reserved else "draft"}
                for part in line.effect or ()
            ]
            for line in self
            if line.change_id.in_ledger and line.change_id.state == "pending"
        }

    def _construction_cause(self):
        """What causes the change of an order causes what it has pending."""
        causes, order = self.env.context.get(CAUSES), self.change_id.order_id
        key = (order._name, order.id)
        if isinstance(causes, Causes) and key in causes:
            return causes[key]
        return super()._construction_cause()

    def _construction_cost_date(self):
        given = self._construction_cause().date
        if given:
            return given
        zone = self.change_id.job_ids[:1].job_tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))
