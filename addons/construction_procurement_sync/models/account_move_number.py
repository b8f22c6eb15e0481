# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class AccountMoveNumber(models.Model):
    """A supplier's bill that was posted before and gets a day of another month gets a number of that month.

    With its old one it would be the last of its new month, by which all others of that month are numbered:
    Odoo would post none of them.
    """

    # apart from how a bill is posted: what it is called is another idea
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        result = super().write(vals)
        if "date" in vals or "invoice_date" in vals:
            self._construction_drop_number()
        return result

    def _construction_drop_number(self):
        """Take the number off those of these that are no month's of theirs any more, and note it."""
        for move in self:
            journal = move.journal_id
            if (
                move.state == "posted"
                or not move.posted_before
                or journal.type != "purchase"
                or move._sequence_matches_date()
            ):
                continue
            move.message_post(
                body=self.env._(
                    "It was %(number)s. Its day is in another period now: it gets a number of that period "
                    "when it is posted.",
                    number=move.name,
                )
            )
            move.name = False
