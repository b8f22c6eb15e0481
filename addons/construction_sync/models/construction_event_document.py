# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass, field
from typing import Any

from odoo import models

from ..errors import Choice, InvalidData, OtherContent
from ..lib import content
from ..lib.keys import document_key, numbered
from ..lib.words import listed
from .construction_event_handler import REFS, Work

NEW, REPEAT, CORRECTION, OTHER = "new", "repeat", "correction", "other"
CONTENT = "content"
REPLACE, KEEP, ANOTHER = "replace", "keep", "another"
UNREAD = object()


@dataclass
class Known:
    """What is known of the document that a message brings.

    ``record`` is what its key means, or an empty recordset; ``verdict`` is new, repeat, correction
    or other; ``entry`` the crosswalk entry of its key, or None.
    """

    record: Any
    verdict: str
    entry: Any = None
    # turned down by a person before: the repeat of an answer
    kept: bool = False
    # those under the same number that a person called other documents: {number: record}
    others: dict = field(default_factory=dict)
    # known to a source that uses our keys, not to ours yet
    beside: bool = False

    @property
    def before(self):
        """The data as it was applied last, parsed, or None when nobody knows it."""
        message = self.entry and self.entry.content_message_id
        return message._payload() if message else None


class ConstructionEventDocument(models.AbstractModel):
    """Handlers whose event carries a document: what makes it one, and whether it came before."""

    # apart from the base of handlers: what every handler has and what a document is are two ideas
    _inherit = "construction.event.handler"

    # kind of the document in the crosswalk, for handlers of documents
    _document_kind = None
    # who decides when a document comes again with other content
    _document_groups = "construction_base.group_integration_manager"
    # and who does where none of them can open the question
    _document_wider = ""
    _document_choices = (REPLACE, KEEP, ANOTHER)

    def _document_key(self, data):
        """The key under which the document of ``data`` is known: all that makes it one.

        :rtype: str
        """
        return document_key(data[self._document_kind])

    def _work_key(self, work):
        """The document's key of a message, or its subject where it brings no document."""
        return work.key or (self._document_key(work.data) if self._document_kind else work.message.subject)

    def _require_distinct(self, works):
        """Have a batch that brings one document twice taken apart: the second finds the first.

        :raises InvalidData: which the hub answers by applying one at a time
        """
        keys = [self._work_key(work) for work in works]
        if len(set(keys)) < len(keys):
            raise InvalidData(self.env._("One document twice in one batch."))

    # ---- has it come before? ---------------------------------------------------------

    def _know(self, work, model=None):
        """Whether the document of a message came before, and whether it says the same.

        Tried in this order: a higher revision is a correction; the same content is a repeat; what a
        person decided; else it is other content, of which a person has to decide.

        :rtype: Known
        """
        work.key = self._document_key(work.data)
        known = self._know_elsewhere(work, self._know_key(work, work.key, model), model)
        known = self._know_as_sent(work, known, model)
        decision = work.decided(CONTENT)
        if decision.code == ANOTHER:
            known = self._know_another(work, self._document_key(work.data), model)
        elif known.verdict != NEW and self._is_replacing(work):
            known = self._know_replaced(work, known, model)
        elif known.verdict in (OTHER, CORRECTION):
            known = self._know_answered(work, known, model)
        if not known.kept:
            known = self._know_standing(work, known)
        known = self._know_former(work, known, model)
        work.known = known
        return known

    def _know_elsewhere(self, work, known, model):
        """Look under another key, where a number is known to be used again: sets ``work.key``."""
        return known

    def _know_key(self, work, key, model):
        record = self._ref(work, self._document_kind, key, model=model, required=False)
        if not record:
            return self._know_beside(work, key) or Known(record, NEW)
        entry = self._entry(work, key)
        return Known(record, self._verdict(work, entry, record), entry)

    def _know_another(self, work, key, model):
        """The document that a person called another one, under the first number that is free."""
        number = 2
        while True:
            work.key = numbered(key, number)
            known = self._know_key(work, work.key, model)
            mine = known.entry and known.entry.content_message_id == work.message
            if known.verdict in (NEW, REPEAT) or mine:
                return known
            number += 1

    def _is_replacing(self, work):
        """Whether a person said that this content stands instead of one that is there."""
        return (work.decided(CONTENT).code or "").partition("#")[0] == REPLACE

    def _know_replaced(self, work, known, model):
        """The document that a person said this one stands for: the first of its number, or a further one."""
        number = work.decided(CONTENT).code.partition("#")[2]
        if number:
            work.key = numbered(self._document_key(work.data), number)
            known = self._know_key(work, work.key, model)
        if known.verdict == OTHER:
            known.verdict = CORRECTION
        return known

    def _verdict(self, work, entry, record):
        mine, revision = self._content_of(work)
        if revision is not None and revision > (entry.revision if entry else 0):
            return CORRECTION
        return self._verdict_of_content(work, entry, record, mine)

    def _verdict_of_content(self, work, entry, record, mine):
        said = entry and entry.content_hash
        if not said:
            return self._verdict_unsaid(work, record)
        if said == mine:
            return REPEAT
        if entry.content_message_id == work.message:
            # the same message says something else only where a person corrected it
            return CORRECTION
        if self._was_sent(entry.content_message_id, self._said_first(work)):
            # its sender does not know that a person corrected it
            return REPEAT
        # one that was applied, and corrected by another since, has nothing left to do
        return REPEAT if self._was_applied(work, record) else OTHER

    def _was_sent(self, message, mine):
        """Whether a message that a person corrected came with just this content."""
        if not message.corrected_at:
            return False
        return self._content_of(Work(message, message._sent()))[0] == mine

    def _was_applied(self, work, record):
        """Whether this very message created or changed the document before, and was not set aside since."""
        message = work.message.sudo()
        if "ignored" in message.history_ids.mapped("state"):
            # it was taken up again to hold
            return False
        links = message.record_ids
        return any((link.res_model, link.res_id) == (record._name, record.id) for link in links)

    def _verdict_unsaid(self, work, record):
        """The verdict on a document of which nobody knows what it said: a person mapped its key."""
        return OTHER

    def _entry(self, work, key):
        """The crosswalk entry of a document's key; those of a batch are read together."""
        cache = self.env.context.get(REFS, {})
        source = work.message.source_id
        slot = (source.id, f"entry of {self._document_kind}", key)
        if cache.get(slot, UNREAD) is UNREAD:
            kind = self._document_kind
            keys = {
                name for (owner, of, name), hit in cache.items() if hit and (owner, of) == (source.id, kind)
            }
            found = self.env["construction.crosswalk"]._contents(source, kind, keys | {key})
            for name in keys | {key}:
                cache[(source.id, f"entry of {kind}", name)] = found.get(name)
        return cache[slot]

    # ---- what it says ----------------------------------------------------------------

    def _content_of(self, work):
        """:return: (hash of the business content, revision or None)"""
        schema_text = work.message.event_type_id.sudo().schema_text
        return (
            content.content_hash(schema_text, work.data, self._open_restricted),
            content.revision_of(schema_text, work.data),
        )

    def _note_content(self, works):
        """Keep what the documents of these messages say, for the next time that they come."""
        by_source = {}
        for work in works:
            self._leave_former(work)
        for work in works:
            contents = by_source.setdefault(work.message.source_id, {})
            contents[self._work_key(work)] = (*self._content_of(work), work.message)
        cache = self.env.context.get(REFS, {})
        for source, contents in by_source.items():
            self.env["construction.crosswalk"]._note_content(source, self._document_kind, contents)
            for key in contents:
                cache.pop((source.id, f"entry of {self._document_kind}", key), None)
        changed = [work for work in works if work.known and (work.known.verdict == CORRECTION or work.apart)]
        if changed:
            self._restate_questions(changed)

    def _content_differences(self, work, known):
        """Rows of label, before and after, of what this message says otherwise."""
        if known.before is None:
            return []
        before = known.before
        if work.corrected:
            # both may have come under the number as it was sent
            named = {name: work.data[name] for name in self._key_fields() if name in work.data}
            before = {**before, **named}
        schema_text = work.message.event_type_id.sudo().schema_text
        found = content.differences(schema_text, before, work.data, self._open_restricted)
        return [[item.label, item.before, item.after] for item in found]

    # ---- asking ----------------------------------------------------------------------

    def _other_content(self, work, known, what, note=None, choices=None, groups=None, **info):
        """The error that asks a person which of two contents of one document stands.

        :param str what: the document in words, such as "Receipt R-1 of order PO-1"
        :param str note: what a person should know before they decide
        :param choices: codes to choose from, where not all apply
        :param str groups: who decides, where it is not who usually does
        """
        if work.former:
            # one message has one document: never a second one
            choices = [code for code in choices or self._document_choices if code != ANOTHER]
            rows = [[self.env._("Known as"), work.former.key, self._work_key(work)]]
            sentence = self.env._(
                "%(what)s was corrected here, and %(record)s, which it made before, is no draft any more. "
                "Decide which one stands.",
                what=what,
                record=known.record.display_name,
            )
        elif work.doubt and work.corrected:
            rows = self._content_differences(work, known)
            sentence = self._doubt_sentence(work, known)
        else:
            rows = self._content_differences(work, known)
            sentence = self._differs_sentence(what, known, rows)
        if known.others:
            names = listed(self.env, [other.display_name for other in known.others.values()])
            note = " ".join(filter(None, [note, self.env._("Other documents bear its number: %s.", names)]))
        notes = [sentence, self._older_note(work, known), self._fallen(work, known.record), note]
        return OtherContent(
            " ".join(filter(None, notes)),
            cause_key=f"content:{self._document_kind}:{self._work_key(work)}:{self._content_of(work)[0][:12]}",
            question=CONTENT,
            choices=self._content_choices(work, known, choices or self._document_choices, groups),
            comparison=rows,
            **info,
        )

    def _differs_sentence(self, what, known, rows):
        if rows:
            return self.env._(
                "%(what)s came again and says something else: %(fields)s. Decide which one stands.",
                what=what,
                fields=", ".join(row[0] for row in rows[:4]),
            )
        if known.before is None:
            return self.env._(
                "%(what)s came, and %(record)s is known by its number; what that said is known to nobody. "
                "Decide which one stands.",
                what=what,
                record=known.record.display_name,
            )
        return self.env._(
            "%(what)s came again, as %(record)s says it. Decide which one stands.",
            what=what,
            record=known.record.display_name,
        )

    def _older_note(self, work, known):
        """Whether what asks is older than the revision that stands, in words, or None."""
        applied = known.entry.revision if known.entry else 0
        revision = self._content_of(work)[1]
        if applied and revision is not None and revision < applied:
            return self.env._(
                "It is revision %(revision)s, and revision %(applied)s stands.",
                revision=revision,
                applied=applied,
            )
        stands = known.entry and known.entry.content_message_id
        if applied and revision is None and stands and work.message.id < stands.id:
            return self.env._("It bears no revision and came before revision %s, which stands now.", applied)
        return None

    def _content_labels(self):
        """What the answers to another content do, in words: {code: label}"""
        return {
            REPLACE: self.env._("Replace: the new one stands"),
            KEEP: self.env._("Keep: the first one stands"),
            ANOTHER: self.env._("Another document under the same number"),
        }

    def _content_choices(self, work, known, codes, groups=None):
        labels = self._doubt_labels(known) if work.doubt and work.corrected else self._content_labels()
        names = {code: code for code in codes}
        if work.apart and REPLACE in names:
            # it is a further one of its number that is replaced
            names[REPLACE] = numbered(REPLACE, work.key.rpartition("#")[2])
        groups = groups or self._document_groups
        wider = self._document_wider
        found = [Choice(names[code], labels[code], groups, wider=wider) for code in codes]
        for number, other in known.others.items() if REPLACE in codes else ():
            label = self.env._("Replace %s: the new one stands instead", other.display_name)
            found.append(Choice(numbered(REPLACE, number), label, groups, wider=wider))
        return found
