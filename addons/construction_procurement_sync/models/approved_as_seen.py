# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Orders, requests and changes of orders are approved as they were seen."""

from odoo import api, models

ORDERED = (
    "product_id",
    "name",
    "product_qty",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
    "analytic_distribution",
    "estimated_cost",
)


class PurchaseOrder(models.Model):
    _name = "purchase.order"
    _inherit = ["purchase.order", "construction.approved.mixin"]
    _construction_approving = ("validate_tier", "button_confirm", "button_approve")

    @api.model
    def get_view(self, view_id=None, view_type="form", **options):
        # the buttons of reviews are put in last
        result = super().get_view(view_id, view_type, **options)
        return self._construction_hand_back(result) if view_type == "form" else result

    def _construction_asked_figures(self):
        return [
            self._construction_figures_of(self, "partner_id", "currency_id", "amount_total"),
            self._construction_figures_of(self.order_line, *ORDERED),
        ]

    def validate_tier(self):
        return super(PurchaseOrder, self._construction_check_asked()).validate_tier()

    def button_confirm(self):
        return super(PurchaseOrder, self._construction_check_asked()).button_confirm()

    def button_approve(self, force=False):
        return super(PurchaseOrder, self._construction_check_asked()).button_approve(force=force)


class PurchaseRequest(models.Model):
    _name = "purchase.request"
    _inherit = ["purchase.request", "construction.approved.mixin"]
    _construction_approving = ("validate_tier", "button_approved")

    @api.model
    def get_view(self, view_id=None, view_type="form", **options):
        # the buttons of reviews are put in last
        result = super().get_view(view_id, view_type, **options)
        return self._construction_hand_back(result) if view_type == "form" else result

    def _construction_asked_figures(self):
        return [
            self._construction_figures_of(self, "company_id", "estimated_cost"),
            self._construction_figures_of(self.line_ids, *ORDERED),
        ]

    def validate_tier(self):
        return super(PurchaseRequest, self._construction_check_asked()).validate_tier()

    def button_approved(self):
        return super(PurchaseRequest, self._construction_check_asked()).button_approved()


class ConstructionOrderChange(models.Model):
    _name = "construction.order.change"
    _inherit = ["construction.order.change", "construction.approved.mixin"]
    _construction_approving = ("action_approve",)

    def _construction_asked_figures(self):
        lines = ("quantity", "price", "discount", "coding", "taxes", "amount", "effect")
        return [
            self._construction_figures_of(self, "order_id", "effect"),
            self._construction_figures_of(self.line_ids, *lines),
        ]

    def action_approve(self):
        return super(ConstructionOrderChange, self._construction_check_asked()).action_approve()
