# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.lib.named_error import NamedError

from ..lib.keys import fold, numbered
from ..lib.meaning import ALIVE, GONE
from .construction_event_document import ANOTHER, CONTENT, KEEP, NEW, OTHER, REPEAT, REPLACE, UNREAD, Known
from .construction_event_handler import REFS, Work


class ConstructionEventCorrected(models.AbstractModel):
    """A document whose number a person corrected, when somebody names it as it was sent first.

    Its sender does not know of the correction. What it says of the document under the old number is
    said of the corrected one, unless that number means something of its own by now: then a person says
    which one is meant.
    """

    # apart from what a document is: its number as it should be and as it was sent are two ideas
    _inherit = "construction.event.handler"  # pylint: disable=consider-merging-classes-inherited

    # the fields of the data of which the key of the document is made; by default that of its number
    _document_fields = ()
    # further fields that name something: a correction of them holds for what says the same
    _document_references = ()

    def _resolve_work(self, work):
        self._read_as_corrected(work)
        try:
            return super()._resolve_work(work)
        except NamedError as error:
            if error.question:
                # its sender knows it by what it sent: who decides may have to talk to them
                error.sentence = " ".join([error.sentence, *self._as_sent_notes(work)])
            raise

    def _as_sent_notes(self, work):
        """How a document was named that is read as a person corrected it, in sentences."""
        if not work.corrected or work.doubt:
            return
        yield self.env._(
            "It was sent as %(sent)s, which %(user)s corrected before.",
            sent=self._words_of(Work(work.message, work.sent)),
            user=work.corrected.corrected_by_id.name,
        )

    def _read_as_corrected(self, work):
        """Read a document under the number that a person gave it: sets ``work.data``, ``work.corrected``.

        What is a document of its own under the number as it was sent stays so: ``work.apart``. Where that
        is a person's to say, it is read as the corrected one, and ``work.doubt`` is set.
        """
        message = self._corrected_as_sent(work)
        if not message:
            return
        if self._is_apart(work, message):
            work.apart = message
            return
        sent, now = message._sent(), message._payload()
        data = dict(work.data)
        for name in (*self._key_fields(), *self._document_references):
            if sent.get(name) != now.get(name) and (
                name in self._key_fields() or data.get(name) == sent.get(name)
            ):
                data.pop(name, None)
                data.update({name: now[name]} if name in now else {})
        work.sent, work.data, work.corrected = work.data, data, message
        self._note_corrected(work, message)

    def _key_fields(self):
        return self._document_fields or (self._document_kind,)

    def _corrected_as_sent(self, work):
        """The corrected message that was sent under the key of a work: of several, one that said the same."""
        none = work.message.browse()
        if not self._document_kind:
            return none
        messages = self._corrected_from(work, self._document_kind, self._document_key(work.data))
        if work.message in messages[:1]:
            return none
        return self._said_as_sent(work, messages) or messages[:1]

    def _said_as_sent(self, work, messages):
        """The first of some messages that was sent with just the content of a work, or none."""
        mine = self._content_of(work)[0]
        return next(
            (item for item in messages if self._content_of(Work(item, item._sent()))[0] == mine),
            messages.browse(),
        )

    # ---- one of its own? -----------------------------------------------------------------

    def _is_apart(self, work, message):
        """Whether a work is a document of its own, as it is named, not the one that a person corrected.

        Sets ``work.doubt`` where a person has to say which one it is.
        """
        code, _sign, number = (work.decided(CONTENT).code or "").partition("#")
        others = self._siblings(work)
        if code in (ANOTHER, REPLACE):
            return code == ANOTHER or (number.isdigit() and int(number) in others)
        if self._same_of(work, others):
            return True
        if self._said_as_sent(work, message):
            return False
        own = self._is_named_truly(work, message)
        work.doubt = own or bool(others) or self._is_corrected_twice(work)
        meaning = self._meaning(work, self._document_kind, message._present_key())
        made = meaning and meaning.state != GONE
        if others and (own or not made):
            # several of its own, or none of them for sure
            work.doubt = not own
            return True
        if own and not made:
            work.doubt = False
            return True
        return False

    def _same_of(self, work, others):
        """The number of the document that says just this or that this message made, or None."""
        mine = self._content_of(work)[0]
        return next(
            (
                number
                for number, (_record, entry) in others.items()
                if entry.content_hash == mine or entry.content_message_id == work.message
            ),
            None,
        )

    def _is_corrected_twice(self, work):
        """Whether persons corrected this number to several others."""
        messages = self._corrected_from(work, self._document_kind, self._document_key(work.data))
        return len({message._present_key() for message in messages}) > 1

    def _is_named_truly(self, work, message):
        """Whether what a person corrected in a message before names, as this one says it, what is there.

        Where only the number was corrected, the number tells nothing; and what a person called the
        corrected document once is that the next time.
        """
        sent, now = message._sent(), message._payload()
        names = [
            name
            for name in self._key_fields()
            if name != self._document_kind
            and work.data.get(name)
            and fold(str(sent.get(name) or "")) != fold(str(now.get(name) or ""))
        ]
        there = names and all(self._is_there(work, name) for name in names)
        return bool(there) and not self._was_called_corrected(work, message)

    def _is_there(self, work, name):
        """Whether what a field of the data names exists, can be used and fits the rest of them."""
        meaning = self._meaning(work, name, work.data.get(name), beside=True)
        return bool(meaning) and meaning.state == ALIVE

    def _was_called_corrected(self, work, message):
        """Whether a person let another message of this number stand in the corrected document."""
        ranks = self.env["construction.crosswalk"]._counting_ranks(work.message.source_id)
        decisions = self.env["construction.message.decision"].sudo()
        decisions = decisions.search(
            [
                ("document_kind", "=", self._document_kind),
                ("document_key", "=", message._present_key()),
                ("question", "=", CONTENT),
                ("code", "=", REPLACE),
                ("message_id", "!=", message.id),
                ("message_id.source_id", "in", list(ranks)),
            ]
        )
        mine = self._document_key(work.data)
        return any(self._document_key(item.message_id._sent()) == mine for item in decisions)

    # ---- which one it is -----------------------------------------------------------------

    def _know_as_sent(self, work, known, model):
        """What was sent before a person corrected it is a repeat when it comes again, though it was other."""
        if work.apart:
            return self._know_apart(work, known, model)
        if not work.corrected or known.verdict == NEW:
            return known
        if work.doubt:
            known.verdict = OTHER
            return known
        mine = self._content_of(Work(work.message, work.sent))[0]
        stands = known.entry and known.entry.content_message_id
        if known.verdict == OTHER and (not stands or stands == work.corrected):
            said = self._content_of(Work(work.corrected, work.corrected._sent()))[0]
            known.verdict = REPEAT if said == mine else OTHER
        return known

    def _know_apart(self, work, known, model):
        """The document of its own under the number as it was sent: one that is there, or another one."""
        if work.decided(CONTENT).code == ANOTHER:
            return known
        number = self._number_apart(work)
        if not number:
            return self._know_another(work, self._document_key(work.data), model)
        work.key = numbered(self._document_key(work.data), number)
        known = self._know_key(work, work.key, model)
        if work.doubt:
            known.verdict = OTHER
        return known

    def _number_apart(self, work):
        """Which of the documents of its own a work is, or None where there is none."""
        others = self._siblings(work)
        said = (work.decided(CONTENT).code or "").partition("#")[2]
        if said.isdigit() and int(said) in others:
            return int(said)
        return self._same_of(work, others) or next(iter(others), None)

    def _know_sent_before(self, work, model):
        """What was sent just so before a person corrected it to another number, though this one is known.

        :return: the ``Known`` of the corrected document, or None
        """
        if work.corrected or work.apart:
            return None
        messages = self._corrected_from(
            work, self._document_kind, self._document_key(work.data), known=True
        ).filtered(lambda item: item != work.message)
        message = self._said_as_sent(work, messages)
        key = message and message._present_key()
        entry = key and self._entry(work, key)
        record = entry and self._ref(work, self._document_kind, key, model=model, required=False)
        if not record or entry.content_message_id != message:
            return None
        work.key = key
        self._note_corrected(work, message)
        return Known(record, REPEAT, entry)

    # ---- asking --------------------------------------------------------------------------

    def _doubt_sentence(self, work, known):
        """Asks whether a message says something of the corrected document or of one of its own."""
        message = work.corrected
        said = {
            "what": self._words_of(Work(work.message, work.sent)),
            "user": message.corrected_by_id.name,
            "known": self._words_of(Work(message, message._payload())),
            "record": known.record.display_name,
        }
        if known.others:
            return self.env._(
                "%(what)s says something else than all that came so before. One that was sent so was "
                "corrected by %(user)s and is known as %(known)s here (%(record)s). Decide which one is "
                "meant.",
                **said,
            )
        return self.env._(
            "%(what)s says something else than one that was sent so before, which was corrected by %(user)s "
            "and is known as %(known)s here (%(record)s). Decide whether it is that one, or one of its own "
            "as it is named.",
            **said,
        )

    def _doubt_labels(self, known):
        record = known.record.display_name
        return {
            REPLACE: self.env._("It is %s: the new one stands there", record),
            KEEP: self.env._("It is %s, which stays as it is", record),
            ANOTHER: self.env._("One of its own, as it is named"),
        }

    # ---- looking up ----------------------------------------------------------------------

    def _key_as_corrected(self, work, kind, key):
        """The key of a document that is named by the one under which it was sent; else the key as it is."""
        message = self._corrected_from(work, kind, key)[:1]
        if not message:
            return key
        self._note_corrected(work, message)
        return message._present_key()

    def _note_corrected(self, work, message):
        # in the words of the handler of what it is: a key is folded, and no person's word
        own = self.env[message.event_type_id._handler()._name]
        text = self.env._(
            "%(former)s was corrected before by %(user)s, and is known as %(present)s.",
            former=own._words_of(Work(message, message._sent())),
            user=message.corrected_by_id.name,
            present=own._words_of(Work(message, message._payload())),
        )
        if text not in work.notes:
            work.note(text)

    def _corrected_from(self, work, kind, key, known=False):
        """The messages whose document was sent under a key that means nothing else, the latest first.

        The unknown keys of a batch are looked for together.

        :param bool known: of a key that means something else, too
        """
        none = work.message.browse()
        if not known and self._object_known(work, kind, key):
            return none
        source = work.message.source_id
        cache = self.env.context.get(REFS, {})
        slot = (source.id, f"sent as {kind}", key)
        if cache.get(slot, UNREAD) is UNREAD:
            names = {
                name
                for (owner, of, name), hit in cache.items()
                if (known or not hit) and (owner, of) == (source.id, kind)
            }
            ranks = self.env["construction.crosswalk"]._counting_ranks(source)
            found = none._sent_as(ranks, kind, names | {key})
            for name in names | {key}:
                cache[source.id, f"sent as {kind}", name] = found.get(name, none).ids
            return found.get(key, none)
        return none.sudo().browse(cache[slot])

    def _object_known(self, work, kind, key):
        """Whether a key means something, be it a record that was deleted."""
        return self._meaning(work, kind, key, beside=True) is not None
