# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from .account_move_posting import SET_ASIDE


class AccountMovePrepared(models.Model):
    """A draft that was to take a bill back, in the place of a correction, and is given up or changed."""

    # apart from what takes back: what stands and what is given up are two ideas
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def button_cancel(self):
        drafts = self.filtered(lambda move: move.state == "draft" and move.reversed_entry_id)
        result = super().button_cancel()
        if self.env.context.get("construction_set_aside") is not SET_ASIDE:
            drafts._construction_give_up()
        return result

    @api.ondelete(at_uninstall=False)
    def _construction_give_up_before_unlink(self):
        self.filtered(lambda move: move.state == "draft")._construction_give_up()

    def _construction_change_prepared(self):
        """Ask once more which holds, where these drafts come to something else than when that was said."""
        self.filtered(lambda move: move.state == "draft" and move.reversed_entry_id)._construction_give_up()

    def _construction_give_up(self):
        bills = self.sudo().reversed_entry_id
        self.env["construction.message"]._construction_take_up_instead("invoice", bills)
