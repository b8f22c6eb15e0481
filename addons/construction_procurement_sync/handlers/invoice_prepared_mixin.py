# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.errors import Choice, OtherContent
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_document import CONTENT, KEEP
from odoo.addons.construction_sync.models.construction_event_standing import FALLEN

from ..models.construction_exception_prepared import PREPARED
from .procurement_mixin import PAYABLE

EVENT = "event"


class ConstructionInvoicePreparedMixin(models.AbstractModel):
    """An invoice that is corrected while a person has a reversal of its bill open, not posted yet."""

    # apart from its corrections: what was taken back and what somebody means to are two ideas
    _inherit = "construction.invoice.correction.mixin"  # pylint: disable=consider-merging-classes-inherited
    _restated = (CONTENT, FALLEN, PREPARED)

    def _check_prepared(self, work, bill):
        """Have accounts payable say whether a draft reversal of a bill or its correction holds.

        :return: the drafts that the event takes the place of
        :raises OtherContent: until one has said so
        """
        drafts = bill.sudo().reversal_move_ids.filtered(lambda move: move.state == "draft").sudo(False)
        if not drafts or work.decided(PREPARED).code == EVENT:
            return drafts
        raise OtherContent(
            self.env._(
                "%(what)s is corrected while a reversal of its bill is prepared here and not posted "
                "(%(drafts)s). Which one holds? Or post or cancel it: this goes on by itself then.",
                what=self._words_of(work),
                drafts=listed(
                    self.env,
                    (
                        self.env._(
                            "draft of %(amount)s by %(user)s on %(date)s",
                            amount=draft.currency_id.format(draft.amount_total),
                            user=draft.create_uid.name,
                            date=draft.create_date.date(),
                        )
                        for draft in drafts.sudo()
                    ),
                    "; ",
                ),
            ),
            cause_key=f"prepared:invoice:{self._work_key(work)}:{self._content_of(work)[0][:12]}",
            question=PREPARED,
            choices=[
                Choice(EVENT, self.env._("The event's: cancel the prepared reversal"), PAYABLE),
                Choice(KEEP, self.env._("The prepared one: the event books nothing"), PAYABLE),
            ],
            comparison=self._content_differences(work, work.known) if work.known else (),
            **self._document_info(work, bill),
        )

    def _cancel_prepared(self, work):
        """Cancel the draft reversals that accounts payable said the event takes the place of."""
        drafts = work.resolved.get("prepared")
        if not drafts:
            return
        drafts.button_cancel()
        for draft in drafts:
            draft.message_post(
                body=self.env._("Cancelled for %s, which holds instead.", self._words_of(work))
            )
        work.trace(drafts, "update")
