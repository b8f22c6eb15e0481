# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class StockMovePrepared(models.Model):
    """A return that was prepared, in the place of a correction, and is given up."""

    # apart from what was moved: what stands and what is given up are two ideas
    _inherit = "stock.move"  # pylint: disable=consider-merging-classes-inherited

    def _action_cancel(self):
        open_ = self.filtered(lambda move: move.state not in ("done", "cancel"))
        result = super()._action_cancel()
        open_._construction_give_up()
        return result

    @api.ondelete(at_uninstall=False)
    def _construction_give_up_before_unlink(self):
        self.filtered(lambda move: move.state not in ("done", "cancel"))._construction_give_up()

    def _construction_give_up(self):
        back = self.sudo().origin_returned_move_id.picking_id.filtered("purchase_id")
        if not back:
            return
        receipts = back.browse().union(*(picking._construction_of_receipt() for picking in back))
        self.env["construction.message"]._construction_take_up_instead("receipt", receipts)
