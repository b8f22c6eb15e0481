# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..errors import Choice, InvalidData, OtherContent
from ..lib.keys import numbered
from .construction_event_document import CONTENT, CORRECTION, KEEP, NEW, OTHER, REPEAT, Known
from .construction_event_handler import REFS

FALLEN, ANEW = "fallen", "anew"


class ConstructionEventStanding(models.AbstractModel):
    """Whether a document still stands as it was applied, and what persons said of it before.

    A person may cancel with Odoo's own buttons what an event made, correct the number of the message
    behind it, or answer a question that the same content asks again: none of it is done twice, and
    none ends *done* with nothing behind it.
    """

    # apart from what a document is: what it says and what became of it are two ideas
    _inherit = "construction.event.handler"  # pylint: disable=consider-merging-classes-inherited

    # questions about a document that are asked anew when it has changed
    _restated = (CONTENT, FALLEN)

    # ---- what a handler says of its document ---------------------------------------------

    def _fallen(self, work, record):
        """Why a record does not stand any more though no event said so, as a sentence, or an empty one."""
        return ""

    def _is_open(self, record):
        """Whether a record may be written anew without asking: nothing was decided or booked on it."""
        return record._fields.get("state") is not None and record.state == "draft"

    def _words_of(self, work):
        """The document of a message in words, such as "Receipt R-1 of order PO-1"."""
        # a key of several fields is no field
        said = work.data.get(self._document_kind) or self._document_key(work.data)
        return f"{self._document_kind.replace('_', ' ').capitalize()} {said}"

    def _document_info(self, work, record):
        """What a work item about a document shows: job, partner, record, owner."""
        return {"job": work.job, "record": record}

    # ---- cancelled by hand ---------------------------------------------------------------

    def _know_standing(self, work, known):
        """Have a person say what becomes of a document that was cancelled by hand and comes again.

        :raises OtherContent: until one has said so
        """
        if known.verdict not in (REPEAT, CORRECTION) or not known.record:
            return known
        why = self._fallen(work, known.record)
        if not why:
            return known
        if self._is_anew(work):
            known.verdict = CORRECTION
            return known
        kept = self._kept_before(work, known, fallen=True)
        if kept:
            return self._repeats(work, known, kept)
        raise self._ask_fallen(work, known, why)

    def _is_anew(self, work):
        """Whether a person said that a document which fell is to be made anew."""
        return work.decided(FALLEN).code == ANEW or self._is_replacing(work)

    def _ask_fallen(self, work, known, why):
        groups, wider = self._document_groups, self._document_wider
        if known.entry.content_message_id == work.message:
            # what made it goes on, and nothing came again
            sentence = self.env._("%(why)s Is it to be made anew, or kept as it is?", why=why)
        else:
            sentence = self.env._(
                "%(what)s came again. %(why)s Is it to be made anew?", what=self._words_of(work), why=why
            )
        return OtherContent(
            sentence,
            cause_key=f"fallen:{self._document_kind}:{self._work_key(work)}:{self._content_of(work)[0][:12]}",
            question=FALLEN,
            choices=[
                Choice(ANEW, self.env._("Make it anew"), groups, wider=wider),
                Choice(KEEP, self.env._("Keep it as it is: cancelled"), groups, wider=wider),
            ],
            comparison=self._content_differences(work, known),
            **self._document_info(work, known.record),
        )

    # ---- answered before -----------------------------------------------------------------

    def _know_answered(self, work, known, model):
        """Know content that a person called another document, or turned down, when it comes again."""
        before = self._know_sent_before(work, model)
        if before:
            return before
        base = self._key_of_number(work)
        others = {
            number: found
            for number, found in self._siblings(work, model).items()
            if numbered(base, number) != work.key
        }
        mine = self._content_of(work)[0]
        for number, (record, entry) in others.items():
            if entry.content_hash == mine or entry.content_message_id == work.message:
                work.key = numbered(base, number)
                return Known(record, REPEAT if entry.content_hash == mine else CORRECTION, entry)
        kept = self._kept_before(work, known)
        if kept:
            return self._repeats(work, known, kept)
        known.others = {number: record for number, (record, _entry) in others.items()}
        if others and known.entry.content_message_id != work.message:
            # of which of them it is a correction, its number does not say
            known.verdict = OTHER
        return known

    def _key_of_number(self, work):
        """The key of the number under which a message may mean several documents."""
        return self._document_key(work.sent if work.doubt and work.sent else work.data)

    def _siblings(self, work, model=None):
        """The documents under the same number that a person called others: {number: (record, entry)}."""
        base, number, found = self._key_of_number(work), 2, {}
        while entry := self._entry(work, numbered(base, number)):
            key = numbered(base, number)
            record = self._ref(work, self._document_kind, key, model=model, required=False)
            if record:
                found[number] = (record, entry)
            number += 1
        return found

    def _kept_before(self, work, known, fallen=False):
        """The decision of another message by which a person turned down just this content, or None."""
        mine = self._content_of(work)[0]
        last = self._said_before(work)
        if last.code != KEEP:
            return None
        if fallen:
            return last if last.question == FALLEN else None
        # what was turned down against one content was not turned down against another
        stands = known.entry.content_hash if known.entry else None
        same = (last.against_hash or None) == (stands or None) and last.against_hash != mine
        return last if last.question != FALLEN and same else None

    def _said_before(self, work):
        """The last decision on another message that said just this of the document, or an empty recordset."""
        decisions = self.env["construction.message.decision"]
        ranks = self.env["construction.crosswalk"]._counting_ranks(work.message.source_id)
        mine, revision = self._content_of(work)
        last = decisions._last_on(ranks, self._document_kind, self._document_key(work.data), mine)
        newer = (revision or 0) > last.revision
        return decisions if newer or last.message_id == work.message else last

    def _repeats(self, work, known, decision):
        known.verdict = REPEAT
        known.kept = True
        self._note_decided(work, decision)
        return known

    def _note_decided(self, work, decision):
        """Say in the history of a message why nothing more came of it."""
        work.note(
            self.env._(
                "The same was decided before: %(label)s (%(user)s, %(date)s). %(reason)s",
                label=decision.label,
                user=decision.user_id.name,
                date=decision.decided_at.date(),
                reason=decision.reason or "",
            ).strip()
        )

    def _prepare_decided_vals(self, work):
        """What a decision on a message notes of its document."""
        self._read_as_corrected(work)
        source, key = work.message.source_id, self._document_key(work.data)
        mine, revision = self._content_of(work)
        number = work.apart and self._number_apart(work)
        asked = numbered(key, number) if number else key
        entry = self.env["construction.crosswalk"]._contents(source, self._document_kind, {asked}).get(asked)
        return {
            "document_kind": self._document_kind,
            "document_key": key,
            "content_hash": mine,
            "against_hash": entry.content_hash if entry else False,
            "revision": revision or 0,
        }

    # ---- one message, one document -------------------------------------------------------

    def _know_former(self, work, known, model):
        """Lead a message whose key a person corrected to the document that it made before.

        :raises InvalidData: when what it made is booked, and its new key means another document
        """
        entry = self._former_entry(work)
        if not entry:
            return known
        record = self.env[entry.res_model].browse(entry.res_id).exists()
        if record and known.record == record:
            return known
        work.former = entry
        if not record or (self._fallen(work, record) and known.verdict == NEW):
            return known
        if known.verdict == NEW:
            if self._is_open(record) or self._is_replacing(work):
                return Known(record, CORRECTION, entry)
            return Known(record, OTHER, entry)
        if not self._is_open(record) and known.verdict != OTHER:
            raise self._made_another(work, known, record)
        return known

    def _former_entry(self, work):
        """The entry of another key whose document says what this message said before it was corrected."""
        if not work.message.sudo().corrected_at:
            return None
        mine = self._document_key(work.data)
        entries = (
            self.env["construction.crosswalk"]
            .sudo()
            .search(
                [
                    ("content_message_id", "=", work.message.id),
                    ("kind", "=", self._document_kind),
                    ("valid_until", "=", False),
                ],
                order="id desc",
            )
        )
        return next((item for item in entries if item.key not in (mine, work.key)), None)

    def _made_another(self, work, known, record):
        return InvalidData(
            self.env._(
                "%(what)s is known already as %(known)s, but this message made %(record)s before it was "
                "corrected, which is no draft any more. Take %(record)s back by hand, then replay; or ignore "
                "this message.",
                what=self._words_of(work),
                known=known.record.display_name,
                record=record.display_name,
            ),
            cause_key=f"former:{self._document_kind}:{self._work_key(work)}",
            **self._document_info(work, record),
        )

    def _leave_former(self, work):
        """Let a corrected key mean what the former one meant, which is closed and kept as history."""
        entry, kind = work.former, self._document_kind
        if not entry or entry.valid_until:
            return
        record = self.env[entry.res_model].browse(entry.res_id).exists()
        source = work.message.source_id
        # where it was made anew, the new key means that already
        bound = self.env["construction.crosswalk"]._lookup(source, kind, [work.key])
        self._forget_document(work, entry, "remapped")
        if record and not bound:
            self._bind(work, kind, work.key, record)

    def _mean_again(self, work, said, record):
        """Let a document's key mean what stood before a correction, and say what it said then."""
        source = said.source_id
        crosswalk = self.env["construction.crosswalk"]
        self.env.flush_all()
        crosswalk._mean_instead(source, said.kind, {said.key: record})
        crosswalk._contents(source, said.kind, {said.key})[said.key]._restore_content(said)
        cache = self.env.context.get(REFS, {})
        for name in (said.kind, f"entry of {said.kind}"):
            cache.pop((work.message.source_id.id, name, said.key), None)

    def _forget_document(self, work, entry, reason):
        """End what a document's key meant, here and in what was read of it."""
        # with what goes with it, such as that the order of this number is released
        same = entry.sudo().search(
            [
                ("source_id", "=", entry.source_id.id),
                ("key", "=", entry.key),
                ("res_model", "=", entry.res_model),
                ("res_id", "=", entry.res_id),
                ("valid_until", "=", False),
            ]
        )
        same._close(reason)
        cache = self.env.context.get(REFS, {})
        for kind in same.mapped("kind"):
            for name in (kind, f"entry of {kind}"):
                cache.pop((work.message.source_id.id, name, entry.key), None)

    def _apply_works(self, works):
        result = super()._apply_works(works)
        for work in works:
            if work.former and not work.former.valid_until:
                self._drop_former(work)
        return result

    def _drop_former(self, work):
        """Take back what a message made under a key that a person corrected to that of another document."""
        undone = self._undo(work) or {}
        self._forget_document(work, work.former, "remapped")
        for text in undone.values():
            work.note(text)

    # ---- questions that are still open ---------------------------------------------------

    def _restate_questions(self, works):
        """Ask anew what was asked about documents that have changed since: against what stands now."""
        keys = {self._document_key(work.data) for work in works}
        # what was asked about a corrected document is no more asked of one of its own
        keys |= {work.apart._present_key() for work in works if work.apart}
        prefixes = tuple(
            f"{question}:{self._document_kind}:{key}{end}"
            for key in keys
            for question in self._restated
            for end in (":", "#")
        )
        sources = self.env["construction.source"].union(*(work.message.source_id for work in works))
        items = (
            self.env["construction.exception"]
            .sudo()
            .search(
                [
                    ("source_id", "in", sources.ids),
                    ("state", "=", "open"),
                    ("question", "!=", False),
                    ("cause_key", "=like", f"%:{self._document_kind}:%"),
                ]
            )
        )
        behind = items.filtered(lambda item: item.cause_key.startswith(prefixes)).blocked_ids
        here = {work.message.id for work in works}
        behind = behind.filtered(lambda m: m.state == "exception" and m.id not in here)
        if behind:
            behind._requeue(self.env._("%s came since.", self._words_of(works[0])))
