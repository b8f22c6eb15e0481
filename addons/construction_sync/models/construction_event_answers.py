from odoo import models

from ..lib.keyform import clean


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
        decisions = self.env["construction.message.decision"].sudo()
        if not question.startswith(self._document_answers) or (work.known and not work.known.record):
            return decisions
        ids_by_model = {}
        for entry in self._meanings_ever(work):
            ids_by_model.setdefault(entry.res_model, []).append(entry.res_id)
        for model, ids in ids_by_model.items():
            made = [("res_model", "=", model), ("res_id", "in", ids)]
            decisions |= decisions.search(
                [
                    ("question", "=", question),
                    ("document_kind", "=", self._document_kind),
                    ("message_id", "!=", work.message.id),
                    ("message_id.record_ids", "any", made),
                ]
            )
        found = (item for item in decisions.sorted("id", reverse=True) if self._is_answered(work, item))
        return next(found, decisions.browse())

    def _meanings_ever(self, work):
        """What the key of a document means and meant: a correction is another record."""
        crosswalk = self.env["construction.crosswalk"].sudo()
        source = work.message.source_id
        return crosswalk.search(
            [
                ("source_id", "in", list(crosswalk._source_ranks(source))),
                ("kind", "=", self._document_kind),
                ("key", "=", clean(work.key or self._document_key(work.data))),
            ]
        )

    def _is_answered(self, work, decision):
        """Whether what a decision was asked about is still what a message says."""
        return True
