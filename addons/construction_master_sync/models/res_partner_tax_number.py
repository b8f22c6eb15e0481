# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..lib.tax_number import tax_key


class ResPartner(models.Model):
    _inherit = "res.partner"

    construction_tax_key = fields.Char(
        compute="_compute_construction_tax_key",
        store=True,
        index="btree_not_null",
        help="The tax number as it is compared, whatever blanks and signs it is written with.",
    )

    @api.depends("vat")
    def _compute_construction_tax_key(self):
        for partner in self:
            partner.construction_tax_key = tax_key(partner.vat)

    @api.model
    def _construction_with_tax_numbers(self, numbers):
        """Who has one of these tax numbers in this company: {key of the number: partners}."""
        keys = {tax_key(number) for number in numbers} - {None}
        if not keys:
            return {}
        found = self.search(
            [
                ("construction_tax_key", "in", list(keys)),
                ("parent_id", "=", False),
                ("company_id", "in", [False, self.env.company.id]),
            ]
        )
        return found.grouped("construction_tax_key")
