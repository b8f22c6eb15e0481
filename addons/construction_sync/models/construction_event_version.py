# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..errors import Superseded
from ..lib.keyform import clean
from ..lib.meaning import GONE
from ..lib.newest import Stamp, is_older


class ConstructionEventVersion(models.AbstractModel):
    """Events that carry the whole state of an object: the newest stands, whatever comes first."""

    # apart from the base of handlers: what a handler is and which version stands are two ideas
    _inherit = "construction.event.handler"  # pylint: disable=consider-merging-classes-inherited

    def _event_object(self, data):
        """The object whose state an event carries, as (kind, key) of the crosswalk: a document is its own."""
        if not self._document_kind:
            raise NotImplementedError(f"{self._name} does not say whose state it carries")
        return self._document_kind, self._document_key(data)

    def _brings(self, data):
        """The key that an event of this type gives its meaning, as (kind, key), or None."""
        if not self._event_whole and not self._document_kind:
            return None
        kind, key = self._event_object(data)
        return kind, clean(key)

    def _resolve_work(self, work):
        """Resolve one work of a batch, unless a newer state of its object stands.

        :raises Superseded: when it does
        """
        if self._event_whole:
            self._check_newest(work)
        return self._resolve(work)

    def _apply_works(self, works):
        """Apply a batch, and note which state of their objects stands from now on."""
        self._apply(works)
        if self._event_whole:
            self._note_applied([work for work in works if work.stands])

    def _check_newest(self, work):
        meaning = self._object_meaning(work)
        applied = meaning and meaning.applied.get(self._event_type)
        if not applied:
            return
        mine, applied = self._stamp(work), Stamp.from_json(applied)
        # whether one revision of a document came twice is told by its content, not by its time
        same = self._document_kind and mine.revision is not None and mine.revision == applied.revision
        if not same and is_older(mine, applied):
            kind, key = self._event_object(work.data)
            raise Superseded(
                self.env._(
                    "%(kind)s %(key)s stands as a newer event says.",
                    kind=kind.replace("_", " ").capitalize(),
                    # as it was sent: keys are folded
                    key=work.data.get(kind) or key,
                )
            )

    def _object_meaning(self, work):
        kind, key = self._event_object(work.data)
        meaning = self._meaning(work, kind, key)
        return meaning if meaning and meaning.state != GONE else None

    def _note_applied(self, works):
        entries = self.env["construction.crosswalk"].sudo()
        for work in works:
            meaning = self._object_meaning(work)
            if meaning:
                meaning.applied[self._event_type] = self._stamp(work).as_json()
                entries.browse(meaning.entry)._write_entry({"applied": dict(meaning.applied)})

    def _prefetch_refs(self, works):
        result = super()._prefetch_refs(works)
        if self._event_whole:
            self._read_stamps(works)
        return result

    def _stamp(self, work):
        """How new the event of a work says it is."""
        if work.stamp is None:
            self._read_stamps([work])
        return work.stamp

    def _read_stamps(self, works):
        # the field reads a sequence that is not there as 0
        self.env.cr.execute(
            "SELECT id, sequence::bigint, occurred_at FROM construction_message WHERE id = ANY(%s)",
            [[work.message.id for work in works]],
        )
        found = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        for work in works:
            work.stamp = Stamp(self._event_revision(work), *found[work.message.id], work.message.id)

    def _event_revision(self, work):
        """The revision that an event gives its object, or None."""
        revision = work.data.get("revision")
        return revision if isinstance(revision, int) and not isinstance(revision, bool) else None
