# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Accounts that were known hold as they are; those of suppliers on hold are asked about already."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    partners = env["res.partner.bank"].search([]).partner_id.commercial_partner_id
    partners.filtered(lambda partner: not partner.construction_bank_hold)._construction_keep_mark()
