# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Work items of what was proposed of a record that is gone: nothing could be decided on them."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    items = env["construction.exception"].search(
        [("state", "=", "open"), ("cause_key", "=like", "ownership:%"), ("record_ref", "=", False)]
    )
    items = items.filtered(lambda item: not item.blocked_ids)
    items._detach()
    items._close_when_empty("resolved", env._("The record that this was about was deleted."))
