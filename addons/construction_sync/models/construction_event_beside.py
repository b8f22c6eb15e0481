# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..lib.keyform import clean
from .construction_event_document import Known


class ConstructionEventBeside(models.AbstractModel):
    """Documents that came from a source which uses the keys of ours: one document, whoever says it first."""

    # apart from what a document is: whose key it came under is another idea
    _inherit = "construction.event.handler"  # pylint: disable=consider-merging-classes-inherited

    def _know_beside(self, work, key):
        """What a key means for those who use our keys, or None where it means nothing there either."""
        source, kind = work.message.source_id, self._document_kind
        entry = self.env["construction.crosswalk"]._beside(source, kind, [key]).get(clean(key))
        record = entry and self.env[entry.res_model].browse(entry.res_id).exists()
        return Known(record, self._verdict(work, entry, record), entry, beside=True) if record else None

    def _apply_works(self, works):
        for work in works:
            if work.known and work.known.beside:
                self._bind_beside(work)
        return super()._apply_works(works)

    def _bind_beside(self, work):
        """Let the key of a document mean for us what it means there, with all that goes with it."""
        entry, source = work.known.entry, work.message.source_id
        same = entry.sudo().search(
            [
                ("source_id", "=", entry.source_id.id),
                ("key", "=", entry.key),
                ("res_model", "=", entry.res_model),
                ("res_id", "=", entry.res_id),
                ("valid_until", "=", False),
            ]
        )
        for kind in same.mapped("kind"):
            self._bind_many(work, kind, {entry.key: work.known.record}, share=True)
        if entry.content_hash:
            said = (entry.content_hash, entry.revision or None, entry.content_message_id)
            self.env["construction.crosswalk"]._note_content(source, self._document_kind, {entry.key: said})
