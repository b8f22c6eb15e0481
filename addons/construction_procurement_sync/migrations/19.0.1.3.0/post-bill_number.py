# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A draft that was dated into another month keeps no number of its old one, which stopped the others."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if version:
        drop_numbers(api.Environment(cr, SUPERUSER_ID, {}))


def drop_numbers(env):
    """Take the number off such drafts; they get one of their month when they are posted."""
    drafts = env["account.move"].search(
        [
            ("state", "!=", "posted"),
            ("posted_before", "=", True),
            ("journal_id.type", "=", "purchase"),
            ("name", "not in", (False, "/")),
        ]
    )
    drafts._construction_drop_number()
