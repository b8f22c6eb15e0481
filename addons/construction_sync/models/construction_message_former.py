from odoo import api, fields, models

from ..lib import strict_json

# a message in one of these says nothing of what its document is called
VOID = ("ignored", "rejected", "superseded", "tested")


class ConstructionMessageFormer(models.Model):
    """Under which key a document was sent whose number a person corrected: others name it so still."""

    # apart from what people do with messages: correcting one and knowing it again are two ideas
    _inherit = "construction.message"  # pylint: disable=consider-merging-classes-inherited

    former_kind = fields.Char(readonly=True)
    former_key = fields.Char(
        readonly=True, help="The key of its document as it was sent, where a person corrected it to another."
    )

    _former_index = models.Index("(former_kind, former_key) WHERE former_key IS NOT NULL")

    def _prepare_former_vals(self, data):
        """The key under which the document of a message was sent, where ``data`` say another one."""
        handler = self.event_type_id._handler() if self.event_type_id else None
        if handler is None or not handler._document_kind:
            return {}
        sent = handler._document_key(self._sent())
        corrected = sent != handler._document_key(data)
        return {
            "former_kind": corrected and handler._document_kind,
            "former_key": corrected and sent,
        }

    def _sent(self):
        """The data as they came, parsed."""
        self.ensure_one()
        return strict_json.loads(self.sudo().data.encode())

    def _present_key(self):
        """The key of a message's document as it is now."""
        return self.event_type_id._handler()._document_key(self._payload())

    @api.model
    def _sent_as(self, source_ids, kind, keys):
        """Messages whose document was sent under these keys, and corrected since: {key: messages}."""
        found = self.sudo().search(
            [
                ("former_kind", "=", kind),
                ("former_key", "in", list(keys)),
                ("source_id", "in", list(source_ids)),
                ("state", "not in", VOID),
            ],
            order="corrected_at desc, id desc",
        )
        return dict(found.grouped("former_key").items())
