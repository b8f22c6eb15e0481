# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Accounts payable is a role of its own from here on: those who cleared bills until now keep doing so."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    controllers = env.ref("construction_base.group_cost_controller").user_ids
    env.ref("construction_base.group_accounts_payable").write(
        {"user_ids": [(4, user.id) for user in controllers]}
    )
