# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.construction_base.lib.transaction import notes

# only within it the entry of a batch is reversed
TAKING_BACK = "construction_equipment_taking_back"
# what accountants do to an entry without changing what it says
FREE = {
    *("checked", "review_state", "inalterable_hash", "secure_sequence_number", "made_sequence_gap"),
    *("message_ids", "message_follower_ids", "activity_ids", "message_main_attachment_id"),
}


class AccountMove(models.Model):
    """The entry of a batch of machines says what the batch says, for as long as it stands."""

    _inherit = "account.move"

    construction_equipment_batch_id = fields.Many2one(
        "construction.equipment.batch",
        string="Batch of Machines",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="Its charges are the job cost: the entry is not counted again.",
    )

    def _construction_take_back_batch(self, vals):
        """Reverse the entry of a batch. :return: the reversal, posted"""
        self.ensure_one()
        at_work = notes(self.env)
        at_work[TAKING_BACK] = True
        try:
            batch = self.construction_equipment_batch_id
            back = self._reverse_moves([{**vals, "construction_equipment_batch_id": batch.id}])
            back.action_post()
        finally:
            del at_work[TAKING_BACK]
        return back

    def _construction_check_no_batch(self):
        """:raises UserError: for the entry of a batch: only the batch changes it"""
        if notes(self.env).get(TAKING_BACK):
            return
        kept = self.sudo().filtered(lambda move: move._origin.construction_equipment_batch_id)
        if kept:
            raise UserError(
                self.env._(
                    "%(entry)s is the entry of “%(batch)s”: it stays as the charges are. Correct the "
                    "hours or the rate and the next batch has the difference, or take the batch back.",
                    entry=kept[0].display_name,
                    batch=kept[0].construction_equipment_batch_id.name,
                )
            )

    def button_draft(self):
        self._construction_check_no_batch()
        return super().button_draft()

    def button_cancel(self):
        self._construction_check_no_batch()
        return super().button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._construction_check_no_batch()
        return super()._reverse_moves(default_values_list, cancel=cancel)

    def copy_data(self, default=None):
        self._construction_check_no_batch()
        return super().copy_data(default)

    def write(self, vals):
        if not self.env.su and vals.keys() - FREE:
            self._construction_check_no_batch()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_no_batch(self):
        self._construction_check_no_batch()
