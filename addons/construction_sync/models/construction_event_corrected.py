from odoo import models

from ..lib.keys import numbered
from .construction_event_document import ANOTHER, CONTENT, NEW, OTHER, REPEAT, UNREAD, Known
from .construction_event_handler import REFS, Work


class ConstructionEventCorrected(models.AbstractModel):
    """A document whose number a person corrected, when somebody names it as it was sent first.

    Its sender does not know of the correction. What it says of the document under the old number is
    said of the corrected one, unless that number means something of its own by now.
    """

    # apart from what a document is: its number as it should be and as it was sent are two ideas
    _inherit = "construction.event.handler"  # pylint: disable=consider-merging-classes-inherited

    # the fields of the data of which the key of the document is made; by default that of its number
    _document_fields = ()

    def _resolve_work(self, work):
        self._read_as_corrected(work)
        return super()._resolve_work(work)

    def _read_as_corrected(self, work):
        """Read a document under the number that a person gave it: sets ``work.data``, ``work.corrected``."""
        if not self._document_kind or work.decided(CONTENT).code == ANOTHER:
            return
        message = self._corrected_from(work, self._document_kind, self._document_key(work.data))
        if not message or message == work.message:
            return
        sent, now = message._sent(), message._payload()
        data = dict(work.data)
        for name in self._document_fields or (self._document_kind,):
            if sent.get(name) != now.get(name):
                data.pop(name, None)
                data.update({name: now[name]} if name in now else {})
        work.sent, work.data, work.corrected = work.data, data, message
        self._note_corrected(work, message)

    def _know_as_sent(self, work, known, model):
        """What was sent before a person corrected it is a repeat when it comes again, though it was other."""
        if not work.corrected or known.verdict == NEW:
            return known
        mine = self._content_of(Work(work.message, work.sent))[0]
        other = self._another_as_sent(work, mine, model)
        if other:
            return other
        stands = known.entry and known.entry.content_message_id
        if known.verdict == OTHER and (not stands or stands == work.corrected):
            said = self._content_of(Work(work.corrected, work.corrected._sent()))[0]
            known.verdict = REPEAT if said == mine else OTHER
        return known

    def _another_as_sent(self, work, mine, model):
        """The document that a person called another one under the number as it was sent, or None."""
        base, number = self._document_key(work.sent), 2
        while entry := self._entry(work, numbered(base, number)):
            key = numbered(base, number)
            record = self._ref(work, self._document_kind, key, model=model, required=False)
            if record and entry.content_hash == mine:
                work.data, work.key = work.sent, key
                return Known(record, REPEAT, entry)
            number += 1
        return None

    def _key_as_corrected(self, work, kind, key):
        """The key of a document that is named by the one under which it was sent; else the key as it is."""
        message = self._corrected_from(work, kind, key)
        if not message:
            return key
        self._note_corrected(work, message)
        return message._present_key()

    def _note_corrected(self, work, message):
        text = self.env._(
            "%(kind)s %(former)s was corrected before by %(user)s, and is known as %(key)s.",
            kind=message.former_kind.replace("_", " ").capitalize(),
            former=message.former_key,
            user=message.corrected_by_id.name,
            key=message._present_key(),
        )
        if text not in work.notes:
            work.note(text)

    def _corrected_from(self, work, kind, key):
        """The message whose document was sent under a key that means nothing else, or an empty one.

        The unknown keys of a batch are looked for together.
        """
        none = work.message.browse()
        if self._object_known(work, kind, key):
            return none
        source = work.message.source_id
        cache = self.env.context.get(REFS, {})
        slot = (source.id, f"sent as {kind}", key)
        if cache.get(slot, UNREAD) is UNREAD:
            unknown = {
                name
                for (owner, of, name), hit in cache.items()
                if not hit and (owner, of) == (source.id, kind)
            }
            ranks = self.env["construction.crosswalk"]._counting_ranks(source)
            found = none._sent_as(ranks, kind, unknown | {key})
            for name in unknown | {key}:
                cache[source.id, f"sent as {kind}", name] = found.get(name, none)[:1].id
        return none.sudo().browse(cache.get(slot) or ())

    def _object_known(self, work, kind, key):
        """Whether a key means something, be it a record that was deleted."""
        return self._meaning(work, kind, key, beside=True) is not None
