# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Quantities have their unit for every user: a group of Odoo's own is written at installation only."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.ref("base.group_user")._apply_group(env.ref("uom.group_uom"))
