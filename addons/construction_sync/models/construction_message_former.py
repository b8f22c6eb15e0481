# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..lib import strict_json
from ..lib.corrections import corrected

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

    corrector_ids = fields.Many2many(
        "res.users",
        "construction_message_corrector_rel",
        "message_id",
        "user_id",
        string="Correctors",
        readonly=True,
        help="All whose words stand in what it says now.",
    )
    corrected_as_id = fields.Many2one(
        "construction.message",
        string="Corrected as in",
        readonly=True,
        help="The message in which a person corrected the names that this one is read by.",
    )

    _former_index = models.Index("(former_kind, former_key) WHERE former_key IS NOT NULL")

    def _prepare_former_vals(self, data):
        """The key under which the document of a message was sent, where ``data`` say another one."""
        handler = self.event_type_id._handler() if self.event_type_id else None
        if handler is None or not handler._document_kind:
            return {}
        sent = handler._document_key(self._sent())
        another = sent != handler._document_key(data)
        return {
            "former_kind": another and handler._document_kind,
            "former_key": another and sent,
        }

    def _note_names(self, message, found, note):
        """Note that names in this message are read as a person corrected them in another one before.

        :param dict found: {place: (name as it was sent, as it is now or None)}
        :param str note: the same in words
        """
        stored = self.sudo()
        vals = {"corrected_data": strict_json.dumps(corrected(stored._payload(), found)[0])}
        correctors = message.corrector_ids | message.corrected_by_id
        vals["corrector_ids"] = [fields.Command.link(user.id) for user in correctors]
        if not stored.corrected_at:
            vals |= {
                "corrected_by_id": message.corrected_by_id.id,
                "corrected_at": fields.Datetime.now(),
                "corrected_as_id": (message.corrected_as_id or message).id,
            }
        stored.write(vals)
        stored._log(stored.state, note)

    def _forget_names(self):
        """Take this message as it came, for it is of another document than the one that was corrected."""
        self.write(
            {
                "corrected_data": False,
                "corrected_by_id": False,
                "corrected_at": False,
                "corrected_as_id": False,
                "corrector_ids": [fields.Command.clear()],
            }
        )

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
