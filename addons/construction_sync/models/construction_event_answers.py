# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.tools import SQL

from ..lib.keyform import clean
from .construction_event_document import UNREAD
from .construction_event_handler import REFS


class ConstructionEventAnswers(models.AbstractModel):
    """What persons answered about a document holds for the document, whichever message brings it next."""

    # apart from what a document is: what it says and what persons add to it are two ideas
    _inherit = "construction.event.handler"  # pylint: disable=consider-merging-classes-inherited

    # questions, or what they begin with up to a colon, whose answers belong to the document
    _document_answers = ()

    def _decided(self, work, question):
        """What a person decided on a question of this document: on this message, or on one before it."""
        return work.decided(question) or self._answered_before(work, question)

    def _answered_before(self, work, question):
        """The latest answer to a question given on another message of the same document, or none."""
        none = self.env["construction.message.decision"].sudo()
        if not question.startswith(self._document_answers) or (work.known and not work.known.record):
            return none
        answers = self._answers_about(work).filtered(
            lambda item: item.question == question and item.message_id != work.message
        )
        found = (item for item in answers.sorted("id", reverse=True) if self._is_answered(work, item))
        return next(found, none)

    def _answers_about(self, work):
        """All that persons decided on messages of a work's document; of a whole batch it is read at once."""
        source, kind = work.message.source_id, self._document_kind
        key = clean(work.key or self._document_key(work.data))
        cache = self.env.context.get(REFS, {})
        slot = (source.id, f"answers about {kind}", key)
        if cache.get(slot, UNREAD) is UNREAD:
            keys = {name for (owner, of, name) in cache if (owner, of) == (source.id, kind)} | {key}
            found = self._read_answers(source, keys)
            for name in keys:
                cache[source.id, f"answers about {kind}", name] = found.get(name, [])
            return self.env["construction.message.decision"].sudo().browse(found.get(key, []))
        return self.env["construction.message.decision"].sudo().browse(cache[slot])

    def _read_answers(self, source, keys):
        """The decisions on messages that made what keys of documents mean or meant: {key: ids}.

        What a key meant counts as well: a correction is another record.
        """
        ranks = self.env["construction.crosswalk"]._counting_ranks(source)
        named = SQL(
            "c.source_id IN %s AND c.kind = %s AND c.key IN %s",
            tuple(ranks),
            self._document_kind,
            tuple(keys),
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT c.key, d.id FROM construction_crosswalk c
                JOIN construction_message_record r ON r.res_model = c.res_model AND r.res_id = c.res_id
                JOIN construction_message_decision d
                    ON d.message_id = r.message_id AND d.document_kind = c.kind
                -- each arm has an index of its own
                WHERE (%(named)s AND c.valid_until IS NULL) OR (%(named)s AND c.valid_until IS NOT NULL)
                """,
                named=named,
            )
        )
        found = {}
        for key, decision_id in self.env.cr.fetchall():
            found.setdefault(key, []).append(decision_id)
        return found

    def _is_answered(self, work, decision):
        """Whether what a decision was asked about is still what a message says."""
        return True
