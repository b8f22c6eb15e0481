# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..lib.corrections import corrected, corrections
from ..lib.keys import document_key
from ..lib.words import listed
from .construction_event_document import ANOTHER, CONTENT, REPLACE
from .construction_event_handler import Work


class ConstructionEventNames(models.AbstractModel):
    """A document in which a person corrected a name that its sender goes on using.

    A supplier, an item, a cost code that a person put right in a document is meant by the same word at the
    same place of it when its sender says it again, in a revision or a change. Another word is news. So are
    figures and dates: what a sender says of these anew, it says.
    """

    # apart from the number of a document: what it is called and what it names are two ideas
    _inherit = "construction.event.handler"  # pylint: disable=consider-merging-classes-inherited

    # fields that name something which is in no crosswalk, such as a line of another document
    _document_names = ()
    # fields of figures by the field that says what they are measured in
    _document_figures = {}

    def _read_as_corrected(self, work):
        result = super()._read_as_corrected(work)
        self._read_names(work)
        return result

    def _read_names(self, work):
        """Read the names in a document as a person corrected them: sets ``work.named`` to what was said."""
        message = self._corrected_content(work)
        if not message or self._is_other_document(work.decided(CONTENT)) or self._siblings(work):
            # of several documents of one number its sender's own words tell which is meant
            return
        data, changed = corrected(work.data, self._applicable(work, self._corrections_of(message)))
        if not changed:
            return
        work.named, work.renamed, work.data = work.data, message, data

    def _is_other_document(self, decision):
        """Whether a person said that a message is of another document of its number, not of the first."""
        code, _sign, number = (decision.code or "").partition("#")
        return code == ANOTHER or (code == REPLACE and bool(number))

    def _is_read_otherwise(self, work):
        """Whether names in a work are read as a person corrected them in the document that is known."""
        return work.named is not None or bool(work.message.sudo().corrected_as_id)

    def _decided_now(self, work, decision):
        result = super()._decided_now(work, decision)
        message = work.message.sudo()
        if decision.question == CONTENT and self._is_other_document(decision) and message.corrected_as_id:
            # what was corrected in the first document was no word of this one
            message._forget_names()
        return result

    def _as_sent_notes(self, work):
        yield from super()._as_sent_notes(work)
        if work.renamed:
            yield self._names_note(work)

    def _corrected_content(self, work):
        """The message whose content a document has, where a person corrected it; else None."""
        if not self._document_kind:
            return None
        key = self._document_key(work.data)
        entry = self._object_known(work, self._document_kind, key) and self._entry(work, key)
        message = entry and entry.content_message_id
        return message if message and message.corrected_at and message != work.message else None

    def _corrections_of(self, message):
        """:return: {place: (name as it was sent, as it is now or None)}"""
        sent, handler = message._sent(), message.event_type_id._handler()
        # its type may be of an addon that is there no more
        keys = set(message._keys_named(handler, sent)) if handler is not None else set()
        own = {(name,) for name in self._key_fields()}

        def is_name(place, text):
            name = place[-1]
            named = name in self._document_names or keys & {(name, text), (name, document_key(text))}
            return place not in own and bool(named)

        return corrections(sent, message._payload(), is_name, self._document_figures)

    def _applicable(self, work, found):
        """These corrections without those of which a person who corrected this message said otherwise.

        Where the message was read so before, they saw it and could change it.
        """
        message = work.message.sudo()
        if not message.corrected_at or message.corrected_as_id:
            return found
        # the word stood there before it was corrected elsewhere: it counts where it means something
        return {
            place: (was, now)
            for place, (was, now) in found.items()
            if place[-1] not in self._document_names
            and self._meaning(work, place[-1], was, beside=True) is None
        }

    def _keep_names(self, works):
        """Note on the messages of these works how they were read, whatever became of them."""
        for work in works:
            if work.named is not None:
                found = corrections(work.named, work.data, lambda place, text: True)
                work.message._note_names(work.renamed, found, self._names_note(work))

    def _names_note(self, work):
        changed = corrections(work.named, work.data, lambda place, text: True)
        names = [
            self.env._("%(name)s as %(now)s", name=self._place_words(place, was), now=now or "-")
            for place, (was, now) in changed.items()
        ]
        return self.env._(
            "Read as %(user)s corrected it in %(message)s before: %(names)s.",
            user=work.renamed.corrected_by_id.name,
            message=work.renamed.display_name,
            names=listed(self.env, names),
        )

    def _place_words(self, place, text):
        kind = place[-1].replace("_", " ")
        if len(place) == 1:
            return f"{kind} {text}"
        return self.env._("%(kind)s %(text)s of line %(line)s", kind=kind, text=text, line=place[1])

    def _said_first(self, work):
        """Hash of the content of a message as it came, before the names in it were read otherwise."""
        if work.named is not None:
            return self._content_of(Work(work.message, work.named))[0]
        if work.message.sudo().corrected_as_id:
            return self._content_of(Work(work.message, work.message._sent()))[0]
        return self._content_of(work)[0]
