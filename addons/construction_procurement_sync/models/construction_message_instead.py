# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.construction_sync.models.construction_event_document import KEEP
from odoo.addons.construction_sync.models.construction_event_handler import at_work

from .construction_exception_prepared import PREPARED


class ConstructionMessageInstead(models.Model):
    """A correction that was set aside, as what a person had prepared held instead of it.

    Where that is cancelled or deleted, nothing holds instead, and where it becomes something else, nobody
    said that it does: the correction goes round again.
    """

    # apart from what goes on with a hold: what is parked and what was set aside are two ideas
    _inherit = "construction.message"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _construction_take_up_instead(self, kind, records):
        """Take up what was set aside for what was prepared of these documents, and is given up now.

        What came since says more than it: then it stays aside.

        :param str kind: of the documents in the crosswalk
        """
        if at_work(self.env) or not records:
            # an event that cancels it holds itself
            return
        entries = (
            self.env["construction.crosswalk"]
            .sudo()
            .search(
                [
                    ("kind", "=", kind),
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("valid_until", "=", False),
                    ("content_hash", "!=", False),
                ]
            )
        )
        stands = {(entry.key, entry.content_hash) for entry in entries}
        decisions = (
            self.env["construction.message.decision"]
            .sudo()
            .search(
                [
                    ("document_kind", "=", kind),
                    ("document_key", "in", entries.mapped("key")),
                    ("question", "=", PREPARED),
                    ("code", "=", KEEP),
                    ("message_id.state", "=", "ignored"),
                ]
            )
        )
        aside = decisions.filtered(
            lambda item: (
                (item.document_key, item.against_hash) in stands
                and item == item.message_id.decision_ids.sorted("id")[-1:]
            )
        )
        if aside:
            aside.message_id._requeue(
                self.env._(
                    "What was prepared instead of it was changed or given up by %s.", self.env.user.name
                )
            )
