from odoo import models

from ..exceptions import InvalidData
from ..lib.keys import document_key


class ConstructionEventDocument(models.AbstractModel):
    """Handlers whose event carries a document: what makes it one, and whether it came before."""

    # apart from the base of handlers: what every handler has and what a document is are two ideas
    _inherit = "construction.event.handler"

    # kind of the document in the crosswalk, for handlers of documents
    _document_kind = None

    def _document_key(self, data):
        """The key under which the document of ``data`` is known: all that makes it one.

        :rtype: str
        """
        return document_key(data[self._document_kind])

    def _work_key(self, work):
        """The document's key of a message, or its subject where it brings no document."""
        return self._document_key(work.data) if self._document_kind else work.message.subject

    def _require_distinct(self, works):
        """Have a batch that brings one document twice taken apart: the second finds the first.

        :raises InvalidData: which the hub answers by applying one at a time
        """
        keys = [self._work_key(work) for work in works]
        if len(set(keys)) < len(keys):
            raise InvalidData(self.env._("One document twice in one batch."))
