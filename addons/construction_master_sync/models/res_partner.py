# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "construction.external.mixin"]
    _construction_worked_out_but = frozenset()
    _construction_proposed_fields = frozenset(
        ("name", "email", "vat", "property_purchase_currency_id", "property_supplier_payment_term_id")
    )
