from odoo import models

from ..lib import content, strict_json
from .construction_event_document import NEW, OTHER, REPEAT
from .construction_event_handler import REFS


class ConstructionEventCorrected(models.AbstractModel):
    """A document whose number a person corrected, when its sender says it again as it did first."""

    # apart from what a document is: its number as it should be and as it was sent are two ideas
    _inherit = "construction.event.handler"  # pylint: disable=consider-merging-classes-inherited

    def _know_as_sent(self, work, known, model):
        """The document that was sent under this key before a person corrected it: sets ``work.key``.

        The same content is a repeat; of another one a person decides.
        """
        mine = self._document_key(work.data)
        for message in self._corrected_messages(work):
            sent = strict_json.loads(message.data.encode())
            key = self._document_key(message._payload())
            if key == mine or self._document_key(sent) != mine:
                continue
            found = self._know_key(work, key, model)
            if found.verdict == NEW:
                continue
            work.key = key
            schema_text = work.message.event_type_id.sudo().schema_text
            same = self._content_of(work)[0] == content.content_hash(schema_text, sent, self._open_restricted)
            found.verdict = REPEAT if same else OTHER
            if same:
                work.note(
                    self.env._(
                        "It was corrected before by %(user)s, and is known as %(key)s.",
                        user=message.corrected_by_id.name,
                        key=key,
                    )
                )
            return found
        return known

    def _corrected_messages(self, work):
        """Messages of the same source, type and subject that persons corrected, the latest first."""
        message = work.message
        cache = self.env.context.get(REFS, {})
        slot = (message.source_id.id, "corrected", self._event_type)
        by_subject = cache.get(slot)
        if by_subject is None:
            found = message.sudo().search(
                [
                    ("source_id", "=", message.source_id.id),
                    ("type_name", "=", self._event_type),
                    ("corrected_at", "!=", False),
                    ("state", "not in", ("ignored", "rejected", "superseded", "tested")),
                ],
                order="id desc",
            )
            by_subject = cache[slot] = dict(found.grouped("subject").items())
        return by_subject.get(message.subject, message.browse()).sudo() - message
