# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Of what is closed short nothing more is expected: transfers that wait for it all the same end."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if version:
        end_transfers(api.Environment(cr, SUPERUSER_ID, {}))


def end_transfers(env):
    """Cancel what is still to come of lines that the button closed short. Figures do not change."""
    moves = env["stock.move"].search(
        [
            ("purchase_line_id.construction_closed_short", "=", True),
            ("purchase_line_id.order_id.state", "=", "purchase"),
            ("state", "not in", ("done", "cancel")),
        ]
    )
    moves._construction_first_hand()._action_cancel()
